// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/layer_rate.h - what one incoming layer costs, by its layers of time, for planning with it.
#ifndef GATEWAY_SFU_LAYER_RATE_H
#define GATEWAY_SFU_LAYER_RATE_H

#include "base/usec.h"

#include <stdbool.h>
#include <stdint.h>

#define LAYER_RATE_TEMPORALS 3
#define LAYER_RATE_BUCKETS 16 // of 200 ms: 3 s whole, and the one that is being filled

// The mean of the last 3 s, in which a key frame is little; or, if the median of the last five 200 ms
// is half as much again, that: a rise is in three of the five after 0.8 s, a key frame in one or two.
// A fall takes the 3 s: planning with too much does no harm. What begins should also fit when the layer
// costs most, so its dearest moment of the last 5 to 10 s is kept. Zero-initialised is valid.
struct layer_rate {
    usec started;     // the first packet after a silence of 3 s, 0: none yet
    usec last_packet; // 0: none yet
    usec last_seen[LAYER_RATE_TEMPORALS];
    int64_t newest;                         // number of the bucket being filled, since `started`
    uint32_t flowing[LAYER_RATE_TEMPORALS]; // measured when packets last came
    usec most_since;                        // while packets come, a generation of 5 s
    uint32_t most[LAYER_RATE_TEMPORALS];    // of this generation, and of the one before
    uint32_t most_before[LAYER_RATE_TEMPORALS];
    uint32_t bytes[LAYER_RATE_BUCKETS][LAYER_RATE_TEMPORALS];
};

// `bytes` as the caller plans with; `tid` above 2 counts as 2, and without one it is 0. What comes
// within 100 ms of the first packet is the key frame a layer begins with, and does not count.
void layer_rate_add(struct layer_rate *rate, usec now, uint32_t bytes, uint8_t tid);

// Up to and including `tid`; above 0 once measured, which is 300 ms after the first packet (later only if
// nothing follows it). Until then 0, or what was measured before the silence.
uint32_t layer_rate_bps(struct layer_rate *rate, usec now, uint8_t tid);

// What it was when packets last came, 0: never measured. For a layer that is asleep: layer_rate_bps
// falls to 1 when nothing comes.
uint32_t layer_rate_flowing(const struct layer_rate *rate, uint8_t tid);

// The most that was measured in the last 5 to 10 s in which packets came, from the second second on; 0: not yet.
uint32_t layer_rate_most(const struct layer_rate *rate, uint8_t tid);

// How many layers of time arrived in the last 2 s, 1 to 3.
uint8_t layer_rate_temporals(const struct layer_rate *rate, usec now);

#endif
