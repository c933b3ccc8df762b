// SPDX-License-Identifier: AGPL-3.0-or-later
// load/floor/runs.c - which packets to one viewer leave in one send (UDP GSO), and padded by how much.
#include "load/floor/runs.h"

#include <assert.h>

static void sort_largest_first(size_t *order, const size_t *lens, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const size_t one = order[i];
        size_t at = i;

        for (; at > 0 && lens[order[at - 1]] < lens[one]; at--)
            order[at] = order[at - 1];
        order[at] = one;
    }
}

// How many from `first` on are within `most` bytes of each other, and the largest of them.
static size_t alike(const struct burst *burst, const size_t *lens, size_t first, size_t most,
                    size_t *largest)
{
    size_t low = lens[burst->order[first]], high = low, n = 1;

    for (; first + n < burst->count && n < RUN_MOST; n++) {
        const size_t len = lens[burst->order[first + n]];
        const size_t lower = len < low ? len : low, higher = len > high ? len : high;

        if (higher - lower > most || higher * (n + 1) > RUN_BYTES)
            break;
        low = lower;
        high = higher;
    }
    *largest = high;
    return n;
}

void burst_plan(struct burst *burst, const size_t *lens, size_t count, bool may_sort)
{
    size_t largest = 0;

    assert(count <= BURST_MOST);
    *burst = (struct burst){.count = count};
    for (size_t i = 0; i < count; i++)
        burst->order[i] = i;
    if (may_sort)
        sort_largest_first(burst->order, lens, count);
    for (size_t first = 0, n; first < count; first += n) {
        n = alike(burst, lens, first, may_sort ? PAD_SOUND : PAD_PICTURE, &largest);
        // One that is shorter may close the run as it is.
        if (first + n < count && n < RUN_MOST && lens[burst->order[first + n]] < largest &&
            largest * n + lens[burst->order[first + n]] <= RUN_BYTES)
            n++;
        for (size_t i = 0; i + 1 < n; i++)
            burst->pad[first + i] = largest - lens[burst->order[first + i]];
        burst->run[first] = n;
    }
}
