// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/estimate/acked_rate.c - the rate that arrives, filtered: the more a sample is off, the less it counts.
#include "sfu/estimate/acked_rate.h"

#define FIRST_WINDOW MSEC(500)
#define WINDOW MSEC(150)
#define BACKWARDS MSEC(1000)
#define FIRST_VARIANCE 50.0
#define DRIFT 5.0        // variance that time adds to the estimate, per window
#define UNCERTAINTY 10.0 // of a sample, per its relative distance from the estimate
#define LEAST_VARIANCE 1e-9

static void learn(struct acked_rate *acked, double sample)
{
    if (acked->bps <= 0) {
        acked->bps = sample;
        acked->variance = FIRST_VARIANCE;
        return;
    }
    const double off = UNCERTAINTY * (acked->bps - sample) / acked->bps;
    const double doubt = off * off + LEAST_VARIANCE;
    const double variance = acked->variance + DRIFT;

    acked->bps = (doubt * acked->bps + variance * sample) / (doubt + variance);
    acked->variance = doubt * variance / (doubt + variance);
}

void acked_rate_add(struct acked_rate *acked, usec arrival, uint16_t size)
{
    const usec window = acked->bps > 0 ? WINDOW : FIRST_WINDOW;

    if (acked->open && acked->newest - arrival > BACKWARDS)
        acked_rate_skip(acked);
    if (acked->open && arrival > acked->newest) {
        const usec gap = arrival - acked->newest;
        acked->span += gap;
        if (gap > window) { // nothing came for long; what was counted belongs to a window long past
            acked->bytes = 0;
            acked->span %= window;
        }
    }
    if (!acked->open || arrival > acked->newest)
        acked->newest = arrival;
    acked->open = true;
    if (acked->span >= window) {
        if (acked->bytes > 0)
            learn(acked, (double)acked->bytes * 8e6 / (double)window);
        acked->span -= window;
        acked->bytes = 0;
    }
    acked->bytes += size;
}

void acked_rate_skip(struct acked_rate *acked)
{
    acked->open = false;
    acked->span = 0;
    acked->bytes = 0;
}

void acked_rate_set(struct acked_rate *acked, double bps)
{
    acked_rate_skip(acked);
    acked->bps = bps;
    acked->variance = FIRST_VARIANCE;
}
