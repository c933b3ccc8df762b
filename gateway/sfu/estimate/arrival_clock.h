// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/estimate/arrival_clock.h - the receiver's clock of 24 bits, continued without wraps and leaps.
#ifndef GATEWAY_SFU_ESTIMATE_ARRIVAL_CLOCK_H
#define GATEWAY_SFU_ESTIMATE_ARRIVAL_CLOCK_H

#include "base/usec.h"

#include <stdbool.h>
#include <stdint.h>

// Zero-initialised is valid.
struct arrival_clock {
    bool started;
    int32_t reference; // of the newest feedback, 24 bits
    usec at;           // what that stands for
    usec heard_at;
};

// What to add to the arrival times of feedback with this reference, heard now. `leapt`: the clock went
// otherwise than ours by more than three seconds and is taken to have gone like ours, so that times before
// and after do not compare.
usec arrival_clock_shift(struct arrival_clock *clock, usec now, int32_t reference, bool *leapt);

#endif
