// SPDX-License-Identifier: AGPL-3.0-or-later
// host/stalls_test.c - long turns are counted, and told once a second.
#include "host/stalls.h"

#include "support/check.h"

TEST(turns_are_counted_by_their_length)
{
    struct stalls stalls = {0};

    CHECK(!stalls_add(&stalls, SEC(1), MSEC(1)));
    CHECK(!stalls_add(&stalls, SEC(1), MSEC(20)));
    CHECK_EQ(stalls_over_budget(&stalls), 0);
    CHECK(stalls_add(&stalls, SEC(1), MSEC(21)));
    CHECK(!stalls_add(&stalls, SEC(1) + MSEC(999), MSEC(500)));
    CHECK(stalls_add(&stalls, SEC(2), MSEC(30)));
    CHECK_EQ(stalls_over_budget(&stalls), 3);
    CHECK_EQ(stalls_turns(&stalls), 5);
    CHECK_EQ(stalls.worst, MSEC(500));
}
