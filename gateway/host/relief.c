// SPDX-License-Identifier: AGPL-3.0-or-later
// host/relief.c - when a media thread cannot keep up, and how much of the pictures it leaves out for it.
#include "host/relief.h"

#include "sfu/worker.h"

#define LOOK MSEC(100)
#define STEP                                                                                       \
    MSEC(300) // what a step brought is seen by then: viewers are fitted four times a second
#define CALM SEC(3)
#define LATE_TURNS 2
#define FULL 95 // per cent
#define FREE 66

static bool is_overloaded(const struct relief *relief, usec span)
{
    return relief->late >= LATE_TURNS && relief->busy * 100 >= span * FULL;
}

static void judge(struct relief *relief, usec now, usec span)
{
    if (relief->busy * 100 > span * FREE)
        relief->calm_since = 0;
    else if (!relief->calm_since)
        relief->calm_since = now;
    if (is_overloaded(relief, span) && relief->level < WORKER_RELIEF_MOST &&
        now - relief->changed_at >= STEP) {
        relief->level++;
        relief->raised++;
        relief->changed_at = now;
    }
    if (relief->level > 0 && relief->calm_since && now - relief->calm_since >= CALM) {
        relief->level--;
        relief->changed_at = relief->calm_since = now;
    }
}

uint8_t relief_turn(struct relief *relief, usec now, usec took, bool late)
{
    if (!relief->begun)
        relief->since = now;
    relief->begun = true;
    relief->busy += took;
    relief->late += late;
    const usec span = now + took - relief->since;
    if (span < LOOK)
        return relief->level;
    judge(relief, now + took, span);
    relief->since = now + took;
    relief->busy = 0;
    relief->late = 0;
    return relief->level;
}
