// SPDX-License-Identifier: AGPL-3.0-or-later
// base/seq_test.c - 16-bit numbers that wrap.
#include "base/seq.h"

#include "support/check.h"

TEST(distance_wraps)
{
    CHECK_EQ(seq_diff(1, 65535), 2);
    CHECK_EQ(seq_diff(65535, 1), -2);
    CHECK_EQ(seq_diff(0x8000, 0), INT16_MIN);
}

TEST(order_follows_the_half_range_rule)
{
    CHECK(seq_is_after(0, 65535));
    CHECK(!seq_is_after(65535, 0));
    CHECK(!seq_is_after(7, 7));
}

TEST(unrolling_finds_the_nearest_number)
{
    CHECK_EQ(seq_unroll(65535, 0), 65536);
    CHECK_EQ(seq_unroll(65536, 65535), 65535);
    CHECK_EQ(seq_unroll(0, 65535), -1);
    CHECK_EQ(seq_unroll(3 * 65536 + 5, 6), 3 * 65536 + 6);
}
