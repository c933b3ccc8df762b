// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/prober.h - sends the burst that shows how much more the line to a viewer carries.
#ifndef GATEWAY_SFU_PROBER_H
#define GATEWAY_SFU_PROBER_H

#include "base/usec.h"
#include "sfu/estimate/estimate.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct member;
struct outbox;

// One burst at a time. Zero-initialised is valid: none runs.
struct prober {
    bool running;
    struct probe_order order;
    usec started_at; // when its first packet left; USEC_NEVER before
    usec due;        // of the next packet
    usec give_up_at;
    uint32_t bytes; // sent of it
    uint16_t packets;
    size_t slot;    // of the member's pictures, whose packets are repeated now
    uint16_t seq;   // next to be repeated, going back
    uint16_t tried; // numbers of that slot
};

// From now on, unless one runs (estimate hands out the next only after the last one ended).
void prober_start(struct prober *p, usec now, const struct probe_order *order);

// Sends what is due of it to this viewer: packets of the last second again, newest first and each once, then
// padding. Each counts under order.number, which is in member->probe while it is written. The burst ends
// early where there is nothing to make it of: without a slot that sent a picture before, and has
// retransmissions.
void prober_run(struct prober *p, struct member *viewer, usec now, struct outbox *out);

// When prober_run is to be called; USEC_NEVER when none runs.
usec prober_deadline(const struct prober *p);

// The way to the viewer is another one, or gone.
void prober_stop(struct prober *p);

#endif
