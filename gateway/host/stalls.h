// SPDX-License-Identifier: AGPL-3.0-or-later
// host/stalls.h - how long the turns of a loop took: a histogram with the budget of the media loop.
#ifndef GATEWAY_HOST_STALLS_H
#define GATEWAY_HOST_STALLS_H

#include "base/usec.h"

#include <stdbool.h>
#include <stdint.h>

#define STALL_BUCKETS 14
#define STALL_BUDGET_MS 20

// Zero-initialised is valid.
struct stalls {
    uint64_t count[STALL_BUCKETS]; // by stalls_bound
    usec worst;
    usec sum;
    usec told_at;
};

// The longest turn of each bucket, ascending; USEC_NEVER for the last.
usec stalls_bound(unsigned bucket);

// True when this turn was over the budget and nothing was said in the last second: worth a log line.
bool stalls_add(struct stalls *stalls, usec now, usec took);
uint64_t stalls_turns(const struct stalls *stalls);
uint64_t stalls_over_budget(const struct stalls *stalls);

// All turns but this share of a million took no longer; at most the width of a bucket too much.
usec stalls_but(const struct stalls *stalls, uint64_t of_a_million);

#endif
