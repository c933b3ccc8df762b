// SPDX-License-Identifier: AGPL-3.0-or-later
// host/stalls.c - how long the turns of a loop took: a histogram with the budget of the media loop.
#include "host/stalls.h"

#include <assert.h>

static const usec bounds[STALL_BUCKETS] = {100,      200,      500,       MSEC(1),   MSEC(2),
                                           MSEC(3),  MSEC(4),  MSEC(5),   MSEC(7),   MSEC(10),
                                           MSEC(20), MSEC(50), MSEC(100), USEC_NEVER};

usec stalls_bound(unsigned bucket)
{
    assert(bucket < STALL_BUCKETS);
    return bounds[bucket];
}

bool stalls_add(struct stalls *stalls, usec now, usec took)
{
    int bucket = 0;

    while (took > bounds[bucket])
        bucket++;
    stalls->count[bucket]++;
    stalls->sum += took;
    if (took > stalls->worst)
        stalls->worst = took;
    if (took <= MSEC(STALL_BUDGET_MS) || (stalls->told_at && now - stalls->told_at < SEC(1)))
        return false;
    stalls->told_at = now;
    return true;
}

uint64_t stalls_turns(const struct stalls *stalls)
{
    uint64_t turns = 0;

    for (int i = 0; i < STALL_BUCKETS; i++)
        turns += stalls->count[i];
    return turns;
}

uint64_t stalls_over_budget(const struct stalls *stalls)
{
    uint64_t over = 0;

    for (int i = 0; i < STALL_BUCKETS; i++)
        if (bounds[i] > MSEC(STALL_BUDGET_MS))
            over += stalls->count[i];
    return over;
}

usec stalls_but(const struct stalls *stalls, uint64_t of_a_million)
{
    const uint64_t allowed = stalls_turns(stalls) / 1000000 * of_a_million +
                             stalls_turns(stalls) % 1000000 * of_a_million / 1000000;
    uint64_t longer = 0;

    for (int i = STALL_BUCKETS - 1; i > 0; i--) {
        longer += stalls->count[i];
        if (longer > allowed)
            return usec_min(bounds[i], stalls->worst);
    }
    return usec_min(bounds[0], stalls->worst);
}
