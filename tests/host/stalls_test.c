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

TEST(all_but_one_of_a_thousand_are_known_within_a_bucket)
{
    struct stalls stalls = {0};

    CHECK_EQ(stalls_but(&stalls, 1000), 0);
    for (int i = 0; i < 9990; i++)
        (void)stalls_add(&stalls, SEC(1), 80);
    for (int i = 0; i < 10; i++)
        (void)stalls_add(&stalls, SEC(1), MSEC(6));
    CHECK_EQ(stalls_but(&stalls, 1000), 100);
    (void)stalls_add(&stalls, SEC(1), MSEC(6));
    CHECK_EQ(stalls_but(&stalls, 1000), MSEC(6)); // of 7 ms, but none was longer than 6
    (void)stalls_add(&stalls, SEC(1), MSEC(30));
    CHECK_EQ(stalls_but(&stalls, 1000), MSEC(7));
    CHECK_EQ(stalls_but(&stalls, 0), MSEC(30));
    CHECK_EQ(stalls.sum, 9990 * 80 + 11 * MSEC(6) + MSEC(30));
}
