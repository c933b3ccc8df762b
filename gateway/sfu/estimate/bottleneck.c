// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/estimate/bottleneck.c - what a line carries while a queue at its entrance fills, within a quarter of a second.
#include "sfu/estimate/bottleneck.h"

#define MARK_SPAN MSEC(8)
#define RECENT_SPAN MSEC(120)
#define LEAST_SPAN MSEC(100)
#define NONE BOTTLENECK_MARKS

// A steep fill is seen soon, a slow one only over some time: in each half of the time looked at
// packets must have come later by this share of it.
static const struct {
    usec half;
    double growth;
} views[] = {{MSEC(60), 0.3}, {MSEC(200), 0.1}};

void bottleneck_add(struct bottleneck *bottleneck, usec sent_at, usec arrival, uint16_t size)
{
    const unsigned newest = (bottleneck->count - 1) % BOTTLENECK_MARKS;

    if (bottleneck->count == 0 || arrival - bottleneck->marks[newest].arrival >= MARK_SPAN) {
        const unsigned at = bottleneck->count++ % BOTTLENECK_MARKS;
        bottleneck->marks[at].arrival = arrival;
        bottleneck->marks[at].sent_at = sent_at;
        bottleneck->marks[at].bytes = bottleneck->bytes;
    }
    bottleneck->bytes += size;
}

void bottleneck_pass(struct bottleneck *bottleneck, uint16_t size)
{
    bottleneck->bytes += size;
}

// The newest mark at least `span` before that one; NONE when there is none.
static unsigned before(const struct bottleneck *bottleneck, unsigned mark, usec span)
{
    const unsigned kept =
        bottleneck->count < BOTTLENECK_MARKS ? bottleneck->count : BOTTLENECK_MARKS;

    for (unsigned back = 1; back < kept; back++) {
        const unsigned at = (bottleneck->count - 1 - back) % BOTTLENECK_MARKS;
        const usec apart = bottleneck->marks[mark].arrival - bottleneck->marks[at].arrival;
        if (apart >= span)
            return at;
    }
    return NONE;
}

static double growth(const struct bottleneck *bottleneck, unsigned from, unsigned to)
{
    const usec arrived = bottleneck->marks[to].arrival - bottleneck->marks[from].arrival;
    const usec sent = bottleneck->marks[to].sent_at - bottleneck->marks[from].sent_at;

    return sent >= 0 && arrived > 0 ? (double)(arrived - sent) / (double)arrived : 0;
}

static double rate(const struct bottleneck *bottleneck, unsigned from, unsigned to)
{
    const uint64_t bytes = bottleneck->marks[to].bytes - bottleneck->marks[from].bytes;
    const usec span = bottleneck->marks[to].arrival - bottleneck->marks[from].arrival;

    return (double)bytes * 8e6 / (double)span;
}

double bottleneck_bps(const struct bottleneck *bottleneck)
{
    const unsigned newest = (bottleneck->count - 1) % BOTTLENECK_MARKS;

    if (bottleneck->count == 0)
        return 0;
    for (unsigned i = 0; i < sizeof views / sizeof views[0]; i++) {
        const unsigned middle = before(bottleneck, newest, views[i].half);
        const unsigned oldest = middle == NONE ? NONE : before(bottleneck, middle, views[i].half);
        if (oldest != NONE && growth(bottleneck, middle, newest) > views[i].growth &&
            growth(bottleneck, oldest, middle) > views[i].growth)
            return rate(bottleneck, middle, newest);
    }
    return 0;
}

double bottleneck_recent_bps(const struct bottleneck *bottleneck)
{
    const unsigned newest = (bottleneck->count - 1) % BOTTLENECK_MARKS;
    const unsigned oldest = bottleneck->count > 0 ? before(bottleneck, newest, RECENT_SPAN) : NONE;

    return oldest != NONE ? rate(bottleneck, oldest, newest) : 0;
}

double bottleneck_arriving_bps(const struct bottleneck *bottleneck)
{
    const unsigned newest = (bottleneck->count - 1) % BOTTLENECK_MARKS;
    const unsigned oldest =
        bottleneck->count < BOTTLENECK_MARKS ? 0 : bottleneck->count % BOTTLENECK_MARKS;

    if (bottleneck->count < 2 ||
        bottleneck->marks[newest].arrival - bottleneck->marks[oldest].arrival < LEAST_SPAN)
        return 0;
    return rate(bottleneck, oldest, newest);
}
