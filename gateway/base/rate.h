// SPDX-License-Identifier: AGPL-3.0-or-later
// base/rate.h - how fast something flows, and how fast it may.
#ifndef GATEWAY_BASE_RATE_H
#define GATEWAY_BASE_RATE_H

#include "base/usec.h"

#include <stdbool.h>
#include <stdint.h>

#define RATE_BUCKETS 50

// Bits per second over the last second, in buckets of 20 ms. Zero-initialised is valid.
struct rate {
    uint32_t bytes[RATE_BUCKETS];
    uint64_t sum;
    int64_t newest; // bucket number of the newest bucket
};

void rate_add(struct rate *rate, usec now, uint32_t bytes);
uint64_t rate_bps(struct rate *rate, usec now);

// A token bucket: `per_second` tokens flow in, at most `burst` are kept.
struct bucket {
    double per_second;
    double burst;
    double tokens;
    usec at;
};

// Starts full.
void bucket_init(struct bucket *bucket, double per_second, double burst, usec now);

// Takes `cost` tokens if they are there; false leaves the bucket as it is.
bool bucket_take(struct bucket *bucket, usec now, double cost);

#endif
