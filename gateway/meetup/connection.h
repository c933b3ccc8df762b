// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/connection.h - a member's one peer connection, as far as the meetup knows it.
#ifndef GATEWAY_MEETUP_CONNECTION_H
#define GATEWAY_MEETUP_CONNECTION_H

#include "meetup/effect.h"
#include "sfu/command.h"
#include "sfu/event.h"
#include "sfu/parameters.h"

#include <stdbool.h>
#include <stdint.h>

struct effects;

// Whose connection it is.
struct connection_owner {
    uint32_t member;
    uint64_t browser; // 0: not known
};

// What the media thread has said, kept for a page that comes back to it.
struct connection_slot {
    bool known;
    bool paused;
    uint32_t source; // 0: empty
};

struct connection_layers {
    uint8_t count; // 0: nothing was said, all are needed
    bool needed[PARAMETERS_LAYERS];
};

struct connection_voice {
    bool known;
    bool redundancy;
    uint32_t max_bps;
};

// What the own page and the others see of it.
struct standing {
    struct line_view line;
    bool lost;
};

struct connection {
    // given
    uint64_t transport; // 0: none
    uint64_t router;
    // owned: what was answered
    struct transport_parameters *parameters;
    // state
    bool connected; // it has been, once
    bool lost;      // the media thread hears nothing of it
    struct connection_slot slots[PARAMETERS_LINES];
    struct connection_layers layers[SOURCE_KINDS];
    struct connection_voice voice;
    struct line_view line; // while it is not lost
};

// Takes over `parameters`; the command gets a copy. False for lack of memory, and nothing changed.
bool connection_open(struct connection *c, uint64_t router, uint64_t transport,
                     const struct connection_owner *owner, struct transport_parameters *parameters,
                     struct effects *out);

// No-op when there is none.
void connection_close(struct connection *c, struct effects *out);

// The same lines and the same peer, so that only ICE begins anew (RFC 9429, section 5.3.1).
bool connection_can_restart(const struct connection *c, const struct transport_parameters *next);

// New credentials from `next`, all else stays.
void connection_restart(struct connection *c, const struct transport_parameters *next,
                        struct effects *out);

void connection_gate(const struct connection *c, bool open, struct effects *out);

// SFU_MUTE or SFU_PAUSE.
void connection_source(const struct connection *c, enum sfu_command_kind command,
                       enum source_kind kind, bool on, struct effects *out);

void connection_want(const struct connection *c, const struct sfu_want *wants, uint8_t count,
                     struct effects *out);

// Remember what the media thread says: SFU_SLOTS, SFU_LAYERS (false: of no source there is),
// SFU_VOICE and SFU_QUALITY.
void connection_slots(struct connection *c, const struct sfu_slot_change *changes, uint8_t count);
bool connection_layers(struct connection *c, const struct sfu_event *event);
void connection_voice(struct connection *c, const struct sfu_event *event);
void connection_quality(struct connection *c, const struct sfu_event *event);

// How it is now: good until something else is known.
struct standing connection_standing(const struct connection *c);

// The worse of up and down.
enum line_quality standing_worst(const struct standing *standing);

#endif
