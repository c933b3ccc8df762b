// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/connection.h - a member's one peer connection, as far as the meetup knows it.
#ifndef GATEWAY_MEETUP_CONNECTION_H
#define GATEWAY_MEETUP_CONNECTION_H

#include "sfu/command.h"
#include "sfu/event.h"
#include "sfu/parameters.h"

#include <stdbool.h>
#include <stdint.h>

struct effects;

struct connection {
    // given
    uint64_t transport; // 0: none
    uint64_t router;
    // owned: what was answered
    struct transport_parameters *parameters;
    // state
    bool lost;                          // the media thread hears nothing of it
    uint32_t sources[PARAMETERS_LINES]; // who is in which slot
};

// Takes over `parameters`; the command gets a copy. False for lack of memory, and nothing changed.
bool connection_open(struct connection *c, uint64_t router, uint64_t transport, uint32_t member,
                     struct transport_parameters *parameters, struct effects *out);

// No-op when there is none.
void connection_close(struct connection *c, struct effects *out);

// Forgets it without a word: its router is closed.
void connection_fini(struct connection *c);

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

// Remembers the changes.
void connection_slots(struct connection *c, const struct sfu_slot_change *changes, uint8_t count);

#endif
