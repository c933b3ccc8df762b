// SPDX-License-Identifier: AGPL-3.0-or-later
// base/rate.c - how fast something flows, and how fast it may.
#include "base/rate.h"

#include <string.h>

#define BUCKET_USEC MSEC(20)

// Forgets what is older than a second. A clock that stands still or went back changes nothing.
static void advance(struct rate *rate, usec now)
{
    const int64_t bucket = now / BUCKET_USEC;

    if (bucket - rate->newest >= RATE_BUCKETS) {
        memset(rate->bytes, 0, sizeof rate->bytes);
        rate->sum = 0;
        rate->newest = bucket;
    }
    while (rate->newest < bucket) {
        uint32_t *oldest = &rate->bytes[++rate->newest % RATE_BUCKETS];
        rate->sum -= *oldest;
        *oldest = 0;
    }
}

void rate_add(struct rate *rate, usec now, uint32_t bytes)
{
    advance(rate, now);
    uint32_t *newest = &rate->bytes[rate->newest % RATE_BUCKETS];
    if (bytes > UINT32_MAX - *newest)
        bytes = UINT32_MAX - *newest;
    *newest += bytes;
    rate->sum += bytes;
}

uint64_t rate_bps(struct rate *rate, usec now)
{
    advance(rate, now);
    return rate->sum * 8;
}

void bucket_init(struct bucket *bucket, double per_second, double burst, usec now)
{
    *bucket = (struct bucket){.per_second = per_second, .burst = burst, .tokens = burst, .at = now};
}

bool bucket_take(struct bucket *bucket, usec now, double cost)
{
    if (now > bucket->at) {
        bucket->tokens += (double)(now - bucket->at) * bucket->per_second / 1e6;
        bucket->at = now;
    }
    if (bucket->tokens > bucket->burst)
        bucket->tokens = bucket->burst;
    if (bucket->tokens < cost)
        return false;
    bucket->tokens -= cost;
    return true;
}
