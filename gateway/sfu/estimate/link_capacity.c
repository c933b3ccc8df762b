// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/estimate/link_capacity.c - what the line carried when it was full, and how much that varies.
#include "sfu/estimate/link_capacity.h"

#define WEIGHT_FILLED 0.05
#define WEIGHT_PROBED 0.5
#define LEAST_DEVIATION 0.4
#define MOST_DEVIATION 2.5
#define SIGMAS 3.0

static void learn(struct link_capacity *capacity, double kbps, double weight)
{
    if (capacity->kbps <= 0) {
        *capacity = (struct link_capacity){.kbps = kbps, .deviation = LEAST_DEVIATION};
        return;
    }
    capacity->kbps += weight * (kbps - capacity->kbps);

    const double off = capacity->kbps - kbps;
    const double scale = capacity->kbps > 1 ? capacity->kbps : 1;
    capacity->deviation += weight * (off * off / scale - capacity->deviation);
    if (capacity->deviation < LEAST_DEVIATION)
        capacity->deviation = LEAST_DEVIATION;
    if (capacity->deviation > MOST_DEVIATION)
        capacity->deviation = MOST_DEVIATION;
}

void link_capacity_filled(struct link_capacity *capacity, double bps)
{
    learn(capacity, bps / 1000, WEIGHT_FILLED);
}

void link_capacity_probed(struct link_capacity *capacity, double bps)
{
    learn(capacity, bps / 1000, WEIGHT_PROBED);
}

static bool is_far(const struct link_capacity *capacity, double off)
{
    return off * off > SIGMAS * SIGMAS * capacity->deviation * capacity->kbps;
}

void link_capacity_doubt_above(struct link_capacity *capacity, double bps)
{
    if (capacity->kbps > 0 && bps / 1000 > capacity->kbps &&
        is_far(capacity, bps / 1000 - capacity->kbps))
        *capacity = (struct link_capacity){0};
}

void link_capacity_doubt_below(struct link_capacity *capacity, double bps)
{
    if (capacity->kbps > 0 && bps / 1000 < capacity->kbps &&
        is_far(capacity, capacity->kbps - bps / 1000))
        *capacity = (struct link_capacity){0};
}
