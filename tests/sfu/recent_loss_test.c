// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/recent_loss_test.c - the share of packets lost in about two seconds.
#include "sfu/estimate/recent_loss.h"

#include "support/check.h"

static bool is_near(double share, double wanted)
{
    return share > wanted - 0.001 && share < wanted + 0.001;
}

TEST(loss_is_counted_over_two_seconds)
{
    struct recent_loss loss = {0};

    CHECK(recent_loss_share(&loss) <= 0);
    for (unsigned i = 0; i < 40; i++)
        recent_loss_add(&loss, SEC(1) + MSEC(50 * i), 10, i % 2);
    CHECK(is_near(recent_loss_share(&loss), 0.05));
    for (unsigned i = 0; i < 20; i++)
        recent_loss_add(&loss, SEC(3) + MSEC(50 * i), 10, 0);
    CHECK(is_near(recent_loss_share(&loss), 0.025));
    recent_loss_add(&loss, SEC(60), 10, 1);
    CHECK(is_near(recent_loss_share(&loss), 0.1));
}

TEST(what_was_only_late_is_taken_back_and_never_below_none)
{
    struct recent_loss loss = {0};

    recent_loss_add(&loss, SEC(1), 10, 5);
    recent_loss_add(&loss, SEC(1), 0, -3);
    CHECK(is_near(recent_loss_share(&loss), 0.2));
    recent_loss_add(&loss, SEC(2), 0, -30);
    CHECK(recent_loss_share(&loss) >= 0 && recent_loss_share(&loss) <= 0);
    recent_loss_add(&loss, SEC(2), -9, 300);
    CHECK(is_near(recent_loss_share(&loss), 1));
}

TEST(few_packets_are_no_heavy_loss)
{
    struct recent_loss loss = {0};

    recent_loss_add(&loss, SEC(1), 9, 9);
    CHECK(!recent_loss_is_heavy(&loss));
    recent_loss_add(&loss, SEC(1), 1, 1);
    CHECK(recent_loss_is_heavy(&loss));
    recent_loss_add(&loss, SEC(1), 10, 0);
    CHECK(!recent_loss_is_heavy(&loss));
}
