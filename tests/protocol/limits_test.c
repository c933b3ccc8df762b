// SPDX-License-Identifier: AGPL-3.0-or-later
// protocol/limits_test.c - how much one page may say.
#include "protocol/limits.h"

#include "support/check.h"

TEST(a_burst_of_sixty_then_twenty_a_second)
{
    struct limits limits;

    limits_init(&limits, SEC(1));
    for (int i = 0; i < 60; i++)
        CHECK(limits_take_message(&limits, SEC(1)));
    CHECK(!limits_take_message(&limits, SEC(1)));
    for (int i = 0; i < 20; i++)
        CHECK(limits_take_message(&limits, SEC(2)));
    CHECK(!limits_take_message(&limits, SEC(2)));
}

TEST(offers_are_dearer_than_other_messages)
{
    struct limits limits;
    int offers = 0;

    limits_init(&limits, SEC(1));
    while (limits_take_offer(&limits, SEC(1)))
        offers++;
    CHECK(offers < 60);
    CHECK(limits_take_message(&limits, SEC(1)));
    CHECK(limits_take_offer(&limits, SEC(7)));
}
