// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/slot.h - one outgoing line of one viewer: a continuous stream, whoever is in it.
#ifndef GATEWAY_SFU_SLOT_H
#define GATEWAY_SFU_SLOT_H

#include "base/list.h"
#include "base/rate.h"
#include "base/usec.h"
#include "sfu/layer_choice.h"
#include "sfu/slot_sound.h"
#include "sfu/time_map.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct line_parameters;
struct member;
struct outbox;
struct packet;
struct producer;
struct rtp_fields;
struct seq_map;
struct vp8_rewrite;

struct slot {
    // given
    uint8_t line_index; // into transport_parameters.lines
    uint16_t first_seq; // its numbers begin here
    // borrowed
    struct member *viewer;
    const struct line_parameters *line;
    struct producer *source; // NULL: empty
    // owned: from the first time somebody is in it, as most slots of most viewers never see anybody
    struct seq_map *map;
    struct vp8_rewrite *pictures; // NULL for sound
    // state
    struct list node; // among the slots of its source
    struct time_map time;
    struct layer_choice choice;
    struct bucket key_frames; // how often the viewer may ask
    uint16_t height;          // wanted
    bool pinned;              // this viewer chose to have it large
    bool paused;              // the viewer's line does not carry it now
    bool told_paused;         // what its owner knows
    uint16_t rtx_seq;
    bool fresh;                // sound: the next packet is the first of its source
    bool closed_up;            // sound: the last packet was not forwarded
    struct slot_bundle bundle; // sound: frames that wait for others
    bool sent_any;             // since it was given to its source
    bool report_due;           // a sender report is to go out at once
    uint32_t told;             // the source its owner knows of
    uint32_t shown;            // the source of the last packet sent, 0: none yet
    usec given_at;
    usec last_sent;
    uint32_t packets;
    uint32_t octets;
};

// `seed` chooses where numbers begin.
void slot_init(struct slot *slot, struct member *viewer, uint8_t line_index, uint64_t seed,
               usec now);
void slot_fini(struct slot *slot);

bool slot_is_picture(const struct slot *slot);
// The number of its source, 0: empty.
uint32_t slot_source(const struct slot *slot);

// Nobody is in the slot any more.
void slot_clear(struct slot *slot);

// Gives the slot to a source. Pictures begin with a key frame, of the lowest layer.
// A picture of somebody new waits a moment, so that the page has heard of it and covers the tile.
// Takes memory the first time; without it the slot stays empty.
void slot_give(struct slot *slot, struct producer *source, usec now);

// So much is to be sent in it: it remembers at least the last second.
void slot_fit(struct slot *slot, uint32_t bps);

// The stream of its source, or the way to the viewer, was interrupted: begins anew.
void slot_restart(struct slot *slot);

// The viewer will be connected soon: a key frame asked for now may be there by then.
void slot_prepare(struct slot *slot, usec now);

// Sends one packet of the slot's source, renumbered; what is not for this slot closes up. Never
// allocates.
void slot_forward(struct slot *slot, usec now, const struct packet *packet, struct outbox *out);

// The viewer cannot decode (PLI, FIR).
void slot_picture_lost(struct slot *slot, usec now);

// --- for those who write into it (slot_picture, slot_sound, slot_repair) ---

// Asks for the key frame its layer choice waits for, unless the cache has one.
void slot_want_key_frame(struct slot *slot, usec now);

// What every packet of the slot's source says.
struct rtp_fields slot_fields(const struct slot *slot, uint8_t payload_type, uint32_t ssrc);

void slot_count_sent(struct slot *slot, usec now, size_t octets);

#endif
