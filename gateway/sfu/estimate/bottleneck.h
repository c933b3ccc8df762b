// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/estimate/bottleneck.h - what a line carries while a queue at its entrance fills, within a quarter of a second.
#ifndef GATEWAY_SFU_ESTIMATE_BOTTLENECK_H
#define GATEWAY_SFU_ESTIMATE_BOTTLENECK_H

#include "base/usec.h"

#include <stdint.h>

#define BOTTLENECK_MARKS 64

// Zero-initialised is valid, and is how to begin anew.
struct bottleneck {
    struct {
        usec arrival;
        usec sent_at;
        uint64_t bytes; // that had arrived before it
    } marks[BOTTLENECK_MARKS];
    unsigned count;
    uint64_t bytes;
};

// A packet that arrived, in order of arrival.
void bottleneck_add(struct bottleneck *bottleneck, usec sent_at, usec arrival, uint16_t size);

// A packet of a probe arrived: it took its time on the line, and its own delay says nothing.
void bottleneck_pass(struct bottleneck *bottleneck, uint16_t size);

// The rate in bps at which packets came out in the newer half of the time looked at, when in both halves they
// came clearly later and later; 0: they did not, and nothing is known.
double bottleneck_bps(const struct bottleneck *bottleneck);

// The rate at which packets arrived in the last eighth of a second; 0: not known.
double bottleneck_recent_bps(const struct bottleneck *bottleneck);

// The same in all the time looked at, half a second or less.
double bottleneck_arriving_bps(const struct bottleneck *bottleneck);

#endif
