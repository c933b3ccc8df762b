// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/downlink.h - the line to one viewer: what it carries, and what may be sent on it now.
#ifndef GATEWAY_SFU_DOWNLINK_H
#define GATEWAY_SFU_DOWNLINK_H

#include "base/rate.h"
#include "base/usec.h"
#include "sfu/pacer.h"
#include "sfu/picture_budget.h"
#include "sfu/prober.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct estimate;
struct member;
struct outbox;
struct slot;
struct transport_cc;

// Part of each member. Sound first, then pictures as far as the line goes, probes when more is wanted.
struct downlink {
    // owned
    struct estimate *estimate; // from the first connection on; NULL before, and without feedback
    struct pacer pacer;
    // state
    struct prober prober;
    struct rate sent;    // of everything with a transport-wide number; IP bytes
    uint64_t capped_bps; // by REMB of a viewer without transport-wide feedback, 0: not
    usec capped_at;
    uint64_t generation_least; // least target of this generation, and of the one before it
    uint64_t last_least;
    usec generation_since;
    uint64_t spent_target;    // with what the pictures were fitted last
    struct picture_sums sums; // what came of it
    bool stale;               // fit the pictures again at the end of this turn
    usec fitted_at;
    usec settled_at; // after the line was found to carry far less than was sent
    usec heard_at;   // the last feedback
    usec next_sound; // when the plan for sound is made anew
};

// Zero-initialised is valid.
void downlink_fini(struct downlink *d);

// Keys are there, or the way is another one now: measuring begins. `start_bps` 0: nothing is known.
void downlink_connected(struct member *m, usec now, uint32_t start_bps);

// A packet left with this transport-wide number; `len` as it stands in the datagram.
void downlink_sent(struct member *m, usec now, uint16_t seq, size_t len);
void downlink_feedback(struct member *m, usec now, const struct transport_cc *feedback);
// REMB of a viewer without it: whatever it says, the estimate's bounds hold. 0 says nothing.
void downlink_capped(struct member *m, usec now, uint64_t bps);

// Something about what this viewer wants or could get changed: decided anew at the end of the turn.
void downlink_touch(struct member *m);

// At the end of a turn, and when due: decides layers, sends probes and what was held back.
void downlink_tick(struct member *m, usec now, struct outbox *out);
usec downlink_deadline(const struct member *m);

// What the line carries, in bit/s; more than any line does (10^12) when nobody told.
uint64_t downlink_target(const struct member *m, usec now);
double downlink_loss(const struct member *m);

// Decides at once which layers are sent: somebody new is in a slot.
void downlink_fit(struct member *m, usec now);

// Is a packet of a picture, which the slot has numbered, to wait its turn? It is sent by downlink_tick.
bool downlink_holds(struct member *m, usec now, const struct slot *slot, uint16_t seq, size_t len);

#endif
