// SPDX-License-Identifier: AGPL-3.0-or-later
// load/histogram.h - how often which value came: log-linear, within 1/32 of the truth, without allocation.
#ifndef TESTS_LOAD_HISTOGRAM_H
#define TESTS_LOAD_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_STEPS 32 // of each doubling
#define HISTOGRAM_DOUBLINGS 28
#define HISTOGRAM_BUCKETS (HISTOGRAM_STEPS * HISTOGRAM_DOUBLINGS)

// Zero-initialised is empty.
struct histogram {
    uint64_t count;
    uint64_t sum;
    uint64_t max;
    uint32_t buckets[HISTOGRAM_BUCKETS];
};

void histogram_add(struct histogram *h, uint64_t value);
void histogram_add_all(struct histogram *h, const struct histogram *more);

// The value that `share` (0..1) of all are not above; 0 when empty.
uint64_t histogram_quantile(const struct histogram *h, double share);
double histogram_mean(const struct histogram *h);

#endif
