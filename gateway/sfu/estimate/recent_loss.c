// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/estimate/recent_loss.c - the share of packets lost in the last two seconds.
#include "sfu/estimate/recent_loss.h"

#include <string.h>

#define BUCKET MSEC(250)
#define HEAVY 0.5
#define HEAVY_PACKETS 10

void recent_loss_add(struct recent_loss *loss, usec now, int packets, int lost)
{
    const int64_t bucket = now / BUCKET;

    if (bucket - loss->newest >= RECENT_LOSS_BUCKETS) {
        memset(loss->buckets, 0, sizeof loss->buckets);
        loss->newest = bucket;
    }
    while (loss->newest < bucket) {
        loss->newest++;
        loss->buckets[loss->newest % RECENT_LOSS_BUCKETS].packets = 0;
        loss->buckets[loss->newest % RECENT_LOSS_BUCKETS].lost = 0;
    }
    loss->buckets[loss->newest % RECENT_LOSS_BUCKETS].packets += packets;
    loss->buckets[loss->newest % RECENT_LOSS_BUCKETS].lost += lost;
}

double recent_loss_share(const struct recent_loss *loss)
{
    int32_t packets = 0;
    int32_t lost = 0;

    for (unsigned i = 0; i < RECENT_LOSS_BUCKETS; i++) {
        packets += loss->buckets[i].packets;
        lost += loss->buckets[i].lost;
    }
    if (packets <= 0 || lost <= 0)
        return 0;
    return lost < packets ? (double)lost / packets : 1;
}

bool recent_loss_is_heavy(const struct recent_loss *loss)
{
    int32_t packets = 0;

    for (unsigned i = 0; i < RECENT_LOSS_BUCKETS; i++)
        packets += loss->buckets[i].packets;
    return packets >= HEAVY_PACKETS && recent_loss_share(loss) > HEAVY;
}
