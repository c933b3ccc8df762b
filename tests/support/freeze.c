// SPDX-License-Identifier: AGPL-3.0-or-later
// support/freeze.c - gaps between pictures against the mean of those before.
#include "support/freeze.h"

#define MORE MSEC(150)

static usec limit(const struct freeze *f)
{
    const uint32_t count = f->seen < FREEZE_WINDOW ? f->seen : FREEZE_WINDOW;
    usec sum = 0;

    for (uint32_t i = 0; i < count; i++)
        sum += f->gaps[i];
    if (count == 0)
        return USEC_NEVER;
    const usec mean = sum / count;
    return 3 * mean > mean + MORE ? 3 * mean : mean + MORE;
}

void freeze_shown(struct freeze *f, usec now)
{
    if (f->last) {
        const usec gap = now - f->last;
        if (gap >= limit(f)) {
            f->count++;
            f->total += gap;
        }
        f->longest = gap > f->longest ? gap : f->longest;
        f->gaps[f->seen++ % FREEZE_WINDOW] = gap;
    }
    f->last = now;
}

void freeze_paused(struct freeze *f)
{
    f->last = 0;
    f->seen = 0;
}

uint32_t freeze_count(const struct freeze *f, usec now)
{
    return f->count + (f->last && now - f->last >= limit(f));
}

usec freeze_longest(const struct freeze *f, usec now)
{
    return f->last && now - f->last > f->longest ? now - f->last : f->longest;
}

void freeze_count_anew(struct freeze *f)
{
    f->count = 0;
    f->total = f->longest = 0;
}
