// SPDX-License-Identifier: AGPL-3.0-or-later
// base/rate_test.c - rates over the last second, and budgets.
#include "base/rate.h"

#include "support/check.h"

TEST(a_steady_flow_is_measured)
{
    struct rate rate = {0};

    for (usec now = SEC(1000); now < SEC(1003); now += MSEC(10))
        rate_add(&rate, now, 125);
    CHECK_EQ(rate_bps(&rate, SEC(1003) - 1), 100 * 125 * 8);
}

TEST(what_is_older_than_a_second_is_forgotten)
{
    struct rate rate = {0};

    rate_add(&rate, SEC(5), 1000);
    CHECK_EQ(rate_bps(&rate, SEC(5) + MSEC(979)), 8000);
    CHECK_EQ(rate_bps(&rate, SEC(6)), 0);
    rate_add(&rate, SEC(6), 10);
    CHECK_EQ(rate_bps(&rate, SEC(6)), 80);
    CHECK_EQ(rate_bps(&rate, SEC(5000)), 0);
}

TEST(a_clock_that_goes_back_loses_nothing)
{
    struct rate rate = {0};

    rate_add(&rate, SEC(5), 1000);
    rate_add(&rate, SEC(4), 1000);
    CHECK_EQ(rate_bps(&rate, SEC(5)), 16000);
}

TEST(a_bucket_gives_its_burst_then_its_rate)
{
    struct bucket bucket;

    bucket_init(&bucket, 2, 3, SEC(10));
    for (int i = 0; i < 3; i++)
        CHECK(bucket_take(&bucket, SEC(10), 1));
    CHECK(!bucket_take(&bucket, SEC(10), 1));
    CHECK(!bucket_take(&bucket, SEC(10) + MSEC(499), 1));
    CHECK(bucket_take(&bucket, SEC(10) + MSEC(500), 1));
    CHECK(!bucket_take(&bucket, SEC(10) + MSEC(500), 1));
    CHECK(!bucket_take(&bucket, SEC(1000), 4)); // never more than the burst
    CHECK(bucket_take(&bucket, SEC(1000), 3));
}
