// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/sound.h - the sound of one viewer: how it is sent on a bad line, and what of it is still to be sent.
#ifndef GATEWAY_SFU_SOUND_H
#define GATEWAY_SFU_SOUND_H

#include "base/bytes.h"
#include "base/rate.h"
#include "base/usec.h"
#include "sfu/sound_plan.h"

#include <stdbool.h>
#include <stdint.h>

struct member;
struct outbox;
struct slot;
struct sound_repeat;

// Part of a member. Zero-initialised is valid.
struct sound {
    // owned
    struct sound_repeat *repeat; // what was sent, to be sent again; NULL: nobody needed it so far
    // state
    struct sound_planner planner;
    struct rate rate;     // IP bytes of sound, all copies
    uint16_t frame_bytes; // of 20 ms, smoothed; 0: not known
    bool wants_repeat;    // something lost was asked for
    double loss;          // as last told
    double reported_loss; // by receiver reports, where arrivals are not told packet by packet
    usec reported_at;     // 0: never
    usec flush_at;        // when frames that wait for others are sent without; 0: none wait
};

void sound_fini(struct sound *sound);

// How bad the viewer's line is: `loss` 0 to 1, smoothed over some two seconds, and what it carries in
// all. To be called every 250 ms. Takes the memory that what it decides needs.
void sound_update(struct member *viewer, usec now, double loss, uint32_t target_bps);

// Sends what is due: bundles that did not fill up, and repeats. Never allocates.
void sound_flush(struct member *viewer, usec now, struct outbox *out);
usec sound_deadline(const struct member *viewer);

// A receiver report of one of its sound slots: the share lost since the last one, of 256.
void sound_reported(struct slot *slot, usec now, uint8_t fraction_lost);

// The viewer reports a packet of sound missing. It is sent again as it was, where that was agreed, unless
// bundles show that the line has no room for it, or its source stopped meanwhile.
void sound_lost(struct slot *slot, usec now, uint16_t seq, struct outbox *out);

// Frames are sent more than once, or in bundles: the page had better wait for them.
bool sound_is_redundant(const struct member *viewer);

// What sound takes of this viewer's line now, in IP bits per second, all copies included.
uint32_t sound_rate_bps(struct member *viewer, usec now);

// --- for slot_sound ---

// A frame for this viewer came, whatever becomes of it.
void sound_heard(struct member *viewer, struct bytes payload);
// The last datagram in the outbox is a packet of this slot with this number.
void sound_sent(struct slot *slot, usec now, uint16_t seq, const struct outbox *out);
// The slot begins anew: nothing that was sent in it before is sent again.
void sound_forget(struct slot *slot);
// Frames wait in one of its slots, until then.
void sound_waits(struct member *viewer, usec due);

#endif
