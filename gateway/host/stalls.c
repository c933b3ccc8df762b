// SPDX-License-Identifier: AGPL-3.0-or-later
// host/stalls.c - how long the turns of a loop took: a histogram with the budget of the media loop.
#include "host/stalls.h"

static const int bounds_ms[STALL_BUCKETS - 1] = {1, 2, 5, 10, STALL_BUDGET_MS, 50, 100};

bool stalls_add(struct stalls *stalls, usec now, usec took)
{
    int bucket = 0;

    while (bucket < STALL_BUCKETS - 1 && took > MSEC(bounds_ms[bucket]))
        bucket++;
    stalls->count[bucket]++;
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
        if (i == STALL_BUCKETS - 1 || bounds_ms[i] > STALL_BUDGET_MS)
            over += stalls->count[i];
    return over;
}
