// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/estimate/arrival_clock.c - the receiver's clock of 24 bits, continued without wraps and leaps.
#include "sfu/estimate/arrival_clock.h"

#define REFERENCE_USEC MSEC(64)
#define LEAP SEC(3)

// The signed distance from b to a on a circle of 24 bits.
static int32_t distance(int32_t a, int32_t b)
{
    const uint32_t difference = ((uint32_t)a - (uint32_t)b) & 0xffffff;

    return (int32_t)difference - (difference & 0x800000 ? 0x1000000 : 0);
}

usec arrival_clock_shift(struct arrival_clock *clock, usec now, int32_t reference, bool *leapt)
{
    usec at = reference * REFERENCE_USEC;

    *leapt = false;
    if (clock->started) {
        const usec step = distance(reference, clock->reference) * REFERENCE_USEC;
        const usec ours = now - clock->heard_at;
        *leapt = step - ours > LEAP || ours - step > LEAP;
        at = clock->at + (*leapt ? ours : step);
    }
    *clock =
        (struct arrival_clock){.started = true, .reference = reference, .at = at, .heard_at = now};
    return at - reference * REFERENCE_USEC;
}
