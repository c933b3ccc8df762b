// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/keyframe_test.c - how often a sender is asked.
#include "sfu/keyframe.h"

#include "support/check.h"

TEST(asks_once_per_interval_until_the_key_frame_arrives)
{
    struct keyframe k = {0};

    CHECK(!keyframe_due(&k, SEC(1)));
    keyframe_want(&k);
    CHECK(keyframe_deadline(&k) <= SEC(1));
    CHECK(keyframe_due(&k, SEC(1)));
    keyframe_want(&k); // a second viewer
    CHECK(!keyframe_due(&k, SEC(1) + MSEC(199)));
    CHECK_EQ(keyframe_deadline(&k), SEC(1) + MSEC(200));
    CHECK(keyframe_due(&k, SEC(1) + MSEC(200)));
    keyframe_seen(&k, 360);
    CHECK(!keyframe_due(&k, SEC(9)));
    CHECK_EQ(keyframe_deadline(&k), USEC_NEVER);
}

TEST(tall_pictures_are_asked_for_less_often)
{
    struct keyframe k = {0};

    keyframe_seen(&k, 720);
    keyframe_want(&k);
    CHECK(keyframe_due(&k, SEC(1)));
    CHECK(keyframe_due(&k, SEC(1) + MSEC(200)));
    keyframe_seen(&k, 1080);
    keyframe_seen(&k, 0); // says nothing
    keyframe_want(&k);
    CHECK(keyframe_due(&k, SEC(2)));
    CHECK(!keyframe_due(&k, SEC(2) + MSEC(499)));
    CHECK(keyframe_due(&k, SEC(2) + MSEC(500)));
}

TEST(an_answered_request_can_be_made_anew_after_the_interval)
{
    struct keyframe k = {0};

    keyframe_want(&k);
    CHECK(keyframe_due(&k, SEC(1)));
    keyframe_seen(&k, 180);
    keyframe_want(&k); // came too late for that key frame
    CHECK(!keyframe_due(&k, SEC(1) + MSEC(100)));
    CHECK(keyframe_due(&k, SEC(1) + MSEC(200)));
}

TEST(one_viewer_gets_three_in_ten_seconds)
{
    struct bucket budget;
    unsigned granted = 0;

    keyframe_budget_init(&budget, SEC(1));
    for (int i = 0; i < 10; i++)
        granted += keyframe_budget_take(&budget, SEC(1));
    CHECK_EQ(granted, 3);
    CHECK(!keyframe_budget_take(&budget, SEC(4)));
    CHECK(keyframe_budget_take(&budget, SEC(5)));
    CHECK(!keyframe_budget_take(&budget, SEC(5)));
}
