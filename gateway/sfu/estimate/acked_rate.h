// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/estimate/acked_rate.h - the rate that arrives, filtered: the more a sample is off, the less it counts.
#ifndef GATEWAY_SFU_ESTIMATE_ACKED_RATE_H
#define GATEWAY_SFU_ESTIMATE_ACKED_RATE_H

#include "base/usec.h"

#include <stdbool.h>
#include <stdint.h>

// Zero-initialised is valid.
struct acked_rate {
    // the window that is being filled
    bool open;
    usec newest;
    usec span;
    uint64_t bytes;
    // the estimate
    double bps; // 0: not known yet
    double variance;
};

// A packet arrived then, on the receiver's clock.
void acked_rate_add(struct acked_rate *acked, usec arrival, uint16_t size);

// Some reports are missing: the window begins anew, the estimate stays.
void acked_rate_skip(struct acked_rate *acked);

// The line is known to carry this now.
void acked_rate_set(struct acked_rate *acked, double bps);

#endif
