// SPDX-License-Identifier: AGPL-3.0-or-later
// support/feasible.c - every choice for every picture, or none.
#include "support/feasible.h"

#include "support/check.h"

struct sum {
    size_t shown;
    uint64_t bps;
};

static void try_all(const struct feasible_picture *pictures, size_t count, uint64_t room_bps,
                    struct sum so_far, struct sum *best)
{
    if (count == 0) {
        if (so_far.shown > best->shown || (so_far.shown == best->shown && so_far.bps > best->bps))
            *best = so_far;
        return;
    }
    try_all(pictures + 1, count - 1, room_bps, so_far, best);
    for (uint8_t i = 0; i < pictures->count; i++) {
        const struct sum with = {so_far.shown + 1, so_far.bps + pictures->bps[i]};
        if (with.bps <= room_bps)
            try_all(pictures + 1, count - 1, room_bps, with, best);
    }
}

uint64_t feasible_best(const struct feasible_picture *pictures, size_t count, uint64_t room_bps)
{
    struct sum best = {0};

    CHECK(count <= FEASIBLE_PICTURES);
    try_all(pictures, count, room_bps, (struct sum){0}, &best);
    return best.bps;
}
