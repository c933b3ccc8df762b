// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/layer_rate.c - a slow mean that lets a rise through, and no key frame.
#include "sfu/layer_rate.h"

#include <string.h>

#define BUCKET_USEC MSEC(200)
#define OPENING MSEC(100) // the first key frame, as browsers pace it
#define USABLE_AFTER MSEC(300)
#define SILENT_UNLESS MSEC(1000) // nothing but the opening for so long is a rate too: nearly none
#define SILENCE SEC(3)
#define SEEN_FOR SEC(2)
#define MEDIAN_OF 5
#define GENERATION SEC(5)
#define SETTLED SEC(1) // before, a rate is a rough guess

static void advance(struct layer_rate *rate, usec now)
{
    const int64_t bucket = (now - rate->started) / BUCKET_USEC;

    if (bucket - rate->newest >= LAYER_RATE_BUCKETS) {
        memset(rate->bytes, 0, sizeof rate->bytes);
        rate->newest = bucket;
    }
    while (rate->newest < bucket)
        memset(rate->bytes[++rate->newest % LAYER_RATE_BUCKETS], 0, sizeof rate->bytes[0]);
}

static uint32_t bucket_bytes(const struct layer_rate *rate, int64_t bucket, uint8_t tid)
{
    uint32_t sum = 0;

    for (uint8_t t = 0; t <= tid; t++)
        sum += rate->bytes[bucket % LAYER_RATE_BUCKETS][t];
    return sum;
}

static uint64_t bps_of(uint64_t bytes, usec span)
{
    return bytes * 8 * 1000000 / (uint64_t)span;
}

// Of what came since the beginning, and of the last 3 s once there are so many.
static uint64_t mean_bps(const struct layer_rate *rate, usec now, uint8_t tid)
{
    const bool is_young = rate->newest < LAYER_RATE_BUCKETS;
    const int64_t first = is_young ? 0 : rate->newest - LAYER_RATE_BUCKETS + 1;
    const int64_t last = is_young ? rate->newest : rate->newest - 1;
    const usec span =
        is_young ? now - rate->started - OPENING : (LAYER_RATE_BUCKETS - 1) * BUCKET_USEC;
    uint64_t bytes = 0;

    for (int64_t bucket = first; bucket <= last; bucket++)
        bytes += bucket_bytes(rate, bucket, tid);
    return bps_of(bytes, span);
}

// Of the last whole buckets, all layers of time; 0 when they are too few.
static uint64_t median_bps(const struct layer_rate *rate)
{
    uint32_t sorted[MEDIAN_OF];

    if (rate->newest < MEDIAN_OF)
        return 0;
    for (int i = 0; i < MEDIAN_OF; i++) {
        const uint32_t bytes = bucket_bytes(rate, rate->newest - 1 - i, LAYER_RATE_TEMPORALS - 1);
        int at = i;
        for (; at > 0 && sorted[at - 1] > bytes; at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = bytes;
    }
    return bps_of(sorted[MEDIAN_OF / 2], BUCKET_USEC);
}

static bool is_measured(const struct layer_rate *rate, usec now)
{
    const usec age = now - rate->started;

    return age >= SILENT_UNLESS ||
           (age >= USABLE_AFTER && mean_bps(rate, now, LAYER_RATE_TEMPORALS - 1) > 0);
}

uint32_t layer_rate_bps(struct layer_rate *rate, usec now, uint8_t tid)
{
    tid = tid < LAYER_RATE_TEMPORALS ? tid : LAYER_RATE_TEMPORALS - 1;
    if (rate->last_packet == 0)
        return 0;
    advance(rate, now);
    if (!is_measured(rate, now))
        return rate->flowing[tid];

    const uint64_t mean = mean_bps(rate, now, LAYER_RATE_TEMPORALS - 1);
    const uint64_t median = median_bps(rate);
    uint64_t bps = mean_bps(rate, now, tid);
    if (mean > 0 && 2 * median > 3 * mean)
        bps = bps * median / mean;
    if (bps > UINT32_MAX)
        return UINT32_MAX;
    return bps > 0 ? (uint32_t)bps : 1;
}

static void begin(struct layer_rate *rate, usec now)
{
    struct layer_rate anew = {.started = now, .most_since = now};

    memcpy(anew.flowing, rate->flowing, sizeof anew.flowing);
    memcpy(anew.most, rate->most, sizeof anew.most);
    memcpy(anew.most_before, rate->most_before, sizeof anew.most_before);
    *rate = anew;
}

static void note(struct layer_rate *rate, usec now)
{
    if (now - rate->most_since >= GENERATION) {
        memcpy(rate->most_before, rate->most, sizeof rate->most);
        memset(rate->most, 0, sizeof rate->most);
        rate->most_since = now;
    }
    for (uint8_t t = 0; t < LAYER_RATE_TEMPORALS; t++) {
        rate->flowing[t] = layer_rate_bps(rate, now, t);
        if (now - rate->started >= SETTLED && rate->flowing[t] > rate->most[t])
            rate->most[t] = rate->flowing[t];
    }
}

void layer_rate_add(struct layer_rate *rate, usec now, uint32_t bytes, uint8_t tid)
{
    tid = tid < LAYER_RATE_TEMPORALS ? tid : LAYER_RATE_TEMPORALS - 1;
    if (rate->last_packet == 0 || now - rate->last_packet > SILENCE)
        begin(rate, now);
    else if ((now - rate->started) / BUCKET_USEC >
             (rate->last_packet - rate->started) / BUCKET_USEC)
        note(rate, now);
    advance(rate, now);
    rate->last_packet = now;
    rate->last_seen[tid] = now;
    if (now - rate->started >= OPENING)
        rate->bytes[rate->newest % LAYER_RATE_BUCKETS][tid] += bytes;
}

uint32_t layer_rate_flowing(const struct layer_rate *rate, uint8_t tid)
{
    return rate->flowing[tid < LAYER_RATE_TEMPORALS ? tid : LAYER_RATE_TEMPORALS - 1];
}

uint32_t layer_rate_most(const struct layer_rate *rate, uint8_t tid)
{
    tid = tid < LAYER_RATE_TEMPORALS ? tid : LAYER_RATE_TEMPORALS - 1;
    return rate->most[tid] > rate->most_before[tid] ? rate->most[tid] : rate->most_before[tid];
}

uint8_t layer_rate_temporals(const struct layer_rate *rate, usec now)
{
    for (uint8_t tid = LAYER_RATE_TEMPORALS - 1; tid > 0; tid--) {
        if (rate->last_seen[tid] > 0 && now - rate->last_seen[tid] <= SEEN_FOR)
            return (uint8_t)(tid + 1);
    }
    return 1;
}
