// SPDX-License-Identifier: AGPL-3.0-or-later
// load/histogram_test.c - quantiles are right within a 32nd.
#include "load/histogram.h"

#include "support/check.h"

TEST(small_values_are_exact)
{
    struct histogram h = {0};

    for (uint64_t i = 1; i <= 40; i++)
        histogram_add(&h, i);
    CHECK_EQ(histogram_quantile(&h, 0.5), 20);
    CHECK_EQ(histogram_quantile(&h, 1), 40);
    CHECK_EQ(histogram_quantile(&h, 0), 1);
    CHECK(histogram_mean(&h) == 20.5);
}

TEST(large_values_are_within_a_32nd)
{
    struct histogram h = {0};

    for (uint64_t i = 1; i <= 100000; i++)
        histogram_add(&h, i);
    for (int percent = 1; percent <= 100; percent++) {
        const double truth = 1000.0 * percent;
        const double told = (double)histogram_quantile(&h, percent / 100.0);
        CHECK(told >= truth && told <= truth * (1 + 1.0 / HISTOGRAM_STEPS) + 1);
    }
    CHECK_EQ(histogram_quantile(&h, 1), 100000);
}

TEST(an_empty_one_tells_zero)
{
    const struct histogram h = {0};

    CHECK_EQ(histogram_quantile(&h, 0.99), 0);
    CHECK(histogram_mean(&h) == 0);
}

TEST(values_beyond_all_buckets_count_as_the_largest)
{
    struct histogram h = {0};

    histogram_add(&h, UINT64_MAX / 2);
    CHECK_EQ(histogram_quantile(&h, 0.5), UINT64_MAX / 2);
}

TEST(sums_are_as_if_counted_together)
{
    struct histogram a = {0}, b = {0}, both = {0};

    for (uint64_t i = 0; i < 1000; i++) {
        histogram_add(i % 3 ? &a : &b, i * i);
        histogram_add(&both, i * i);
    }
    histogram_add_all(&a, &b);
    CHECK_EQ(a.count, both.count);
    CHECK_EQ(a.sum, both.sum);
    CHECK_EQ(a.max, both.max);
    CHECK_EQ(histogram_quantile(&a, 0.9), histogram_quantile(&both, 0.9));
}
