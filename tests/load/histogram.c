// SPDX-License-Identifier: AGPL-3.0-or-later
// load/histogram.c - how often which value came: log-linear, within 1/32 of the truth.
#include "load/histogram.h"

#include <math.h>
#include <stddef.h>

// Values below HISTOGRAM_STEPS have a bucket each; above, each doubling has HISTOGRAM_STEPS of them.
static size_t bucket_of(uint64_t value)
{
    if (value < HISTOGRAM_STEPS)
        return (size_t)value;
    const unsigned doubling = 63u - (unsigned)__builtin_clzll(value) - 5; // 2^5 steps
    const size_t bucket = HISTOGRAM_STEPS * (size_t)doubling + (size_t)(value >> doubling);
    return bucket < HISTOGRAM_BUCKETS ? bucket : HISTOGRAM_BUCKETS - 1;
}

// The largest value of a bucket.
static uint64_t top_of(size_t bucket)
{
    if (bucket < 2 * HISTOGRAM_STEPS)
        return bucket;
    const size_t doubling = bucket / HISTOGRAM_STEPS - 1;
    return ((uint64_t)(bucket - HISTOGRAM_STEPS * doubling + 1) << doubling) - 1;
}

_Static_assert(HISTOGRAM_STEPS == 32, "bucket_of counts with 2^5");

void histogram_add(struct histogram *h, uint64_t value)
{
    h->buckets[bucket_of(value)]++;
    h->count++;
    h->sum += value;
    h->max = value > h->max ? value : h->max;
}

void histogram_add_all(struct histogram *h, const struct histogram *more)
{
    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++)
        h->buckets[i] += more->buckets[i];
    h->count += more->count;
    h->sum += more->sum;
    h->max = more->max > h->max ? more->max : h->max;
}

uint64_t histogram_quantile(const struct histogram *h, double share)
{
    const uint64_t rank = (uint64_t)ceil(share * (double)h->count);
    uint64_t seen = 0;

    if (h->count == 0)
        return 0;
    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
        seen += h->buckets[i];
        if (seen >= rank && h->buckets[i])
            return i == HISTOGRAM_BUCKETS - 1 || top_of(i) > h->max ? h->max : top_of(i);
    }
    return h->max;
}

double histogram_mean(const struct histogram *h)
{
    return h->count ? (double)h->sum / (double)h->count : 0;
}
