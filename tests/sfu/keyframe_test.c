// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/keyframe_test.c - how often a sender is asked.
#include "sfu/keyframe.h"

#include "support/check.h"

TEST(asks_once_per_interval_until_the_key_frame_arrives)
{
    struct keyframe k = {0};
    struct keyframe_pace pace = {0};

    CHECK(!keyframe_due(&k, &pace, SEC(1)));
    keyframe_want(&k);
    CHECK(keyframe_deadline(&k, &pace) <= SEC(1));
    CHECK(keyframe_due(&k, &pace, SEC(1)));
    keyframe_want(&k); // a second viewer
    CHECK(!keyframe_due(&k, &pace, SEC(1) + MSEC(199)));
    CHECK_EQ(keyframe_deadline(&k, &pace), SEC(1) + MSEC(200));
    CHECK(keyframe_due(&k, &pace, SEC(1) + MSEC(200)));
    keyframe_seen(&k, 360);
    CHECK(!keyframe_due(&k, &pace, SEC(9)));
    CHECK_EQ(keyframe_deadline(&k, &pace), USEC_NEVER);
}

TEST(tall_pictures_are_asked_for_less_often)
{
    struct keyframe k = {0};
    struct keyframe_pace pace = {0};

    keyframe_seen(&k, 720);
    keyframe_want(&k);
    CHECK(keyframe_due(&k, &pace, SEC(1)));
    CHECK(keyframe_due(&k, &pace, SEC(1) + MSEC(200)));
    keyframe_seen(&k, 1080);
    keyframe_seen(&k, 0); // says nothing
    keyframe_want(&k);
    CHECK(keyframe_due(&k, &pace, SEC(2)));
    CHECK(!keyframe_due(&k, &pace, SEC(2) + MSEC(499)));
    CHECK(keyframe_due(&k, &pace, SEC(2) + MSEC(500)));
}

TEST(an_answered_request_can_be_made_anew_after_the_interval)
{
    struct keyframe k = {0};
    struct keyframe_pace pace = {0};

    keyframe_want(&k);
    CHECK(keyframe_due(&k, &pace, SEC(1)));
    keyframe_seen(&k, 180);
    keyframe_want(&k); // came too late for that key frame
    CHECK(!keyframe_due(&k, &pace, SEC(1) + MSEC(100)));
    CHECK(keyframe_due(&k, &pace, SEC(1) + MSEC(200)));
}

TEST(a_key_frame_nobody_asked_for_delays_no_request)
{
    struct keyframe k = {0};
    struct keyframe_pace pace = {0};

    keyframe_seen(&k, 360);
    keyframe_want(&k);
    CHECK(keyframe_due(&k, &pace, MSEC(1)));
}

TEST(a_storm_of_wishes_asks_a_willing_sender_twice_a_second)
{
    struct keyframe k = {0};
    struct keyframe_pace pace = {0};
    unsigned asked = 0;
    unsigned at_last = 0;

    for (usec now = SEC(1); now < SEC(11); now += MSEC(1)) {
        keyframe_want(&k);
        if (!keyframe_due(&k, &pace, now))
            continue;
        asked++;
        at_last += now >= SEC(6);
        keyframe_seen(&k, 360);
    }
    CHECK(at_last >= 9 && at_last <= 10);
    CHECK(asked >= 20 && asked <= 25); // four more at first
}

TEST(layers_of_one_source_share_what_it_is_asked_for)
{
    struct keyframe low = {0};
    struct keyframe high = {0};
    struct keyframe_pace pace = {0};
    unsigned asked = 0;

    for (usec now = SEC(1); now < SEC(11); now += MSEC(1)) {
        struct keyframe *one = now / MSEC(50) % 2 ? &low : &high; // wants go to and fro
        keyframe_want(one);
        if (!keyframe_due(one, &pace, now))
            continue;
        asked++;
        keyframe_seen(one, 360);
    }
    CHECK(asked >= 20 && asked <= 25);
}

TEST(a_storm_does_not_delay_that_a_lost_request_is_made_again)
{
    struct keyframe busy = {0};
    struct keyframe k = {0};
    struct keyframe_pace pace = {0};
    usec now = SEC(1);

    keyframe_want(&k);
    CHECK(keyframe_due(&k, &pace, now));
    for (; now < MSEC(2900); now += MSEC(1)) {
        keyframe_want(&busy);
        if (keyframe_due(&busy, &pace, now))
            keyframe_seen(&busy, 360);
    }
    CHECK(keyframe_due(&k, &pace, now));
    CHECK_EQ(keyframe_deadline(&k, &pace), now + MSEC(200));
    const usec turn = keyframe_deadline(&busy, &pace); // another one: in its turn
    CHECK(turn > now);
    CHECK(!keyframe_due(&busy, &pace, turn - 1));
    CHECK(keyframe_due(&busy, &pace, turn));
}

TEST(a_key_frame_that_never_comes_is_asked_for_once_a_second)
{
    struct keyframe k = {0};
    struct keyframe_pace pace = {0};
    unsigned early = 0;
    unsigned late = 0;

    keyframe_want(&k);
    for (usec now = SEC(1); now < SEC(16); now += MSEC(1)) {
        if (keyframe_due(&k, &pace, now))
            (*(now < SEC(6) ? &early : &late))++;
    }
    CHECK_EQ(early, 25);
    CHECK_EQ(late, 10);
    keyframe_seen(&k, 360); // it came after all
    keyframe_want(&k);
    CHECK(keyframe_due(&k, &pace, SEC(17)));
    CHECK(keyframe_due(&k, &pace, SEC(17) + MSEC(200)));
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
