// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/caution_test.c - a step up that failed is not tried again soon.
#include "sfu/caution.h"

#include "support/check.h"

#define KBIT(n) ((uint64_t)(n)*1000)

// Up to 1400 kbit/s and, after `held`, down again because the line carries less.
static usec fail(struct caution *caution, usec now, usec held)
{
    caution_note(caution, now, KBIT(1000), KBIT(1700));
    caution_note(caution, now + SEC(1), KBIT(1400), KBIT(1700));
    caution_note(caution, now + SEC(1) + held, KBIT(1000), KBIT(1300));
    return now + SEC(1) + held;
}

TEST(nothing_is_limited_before_a_step_up_failed)
{
    struct caution caution;

    caution_init(&caution, SEC(1));

    caution_note(&caution, SEC(21), KBIT(1000), KBIT(1700));
    caution_note(&caution, SEC(22), KBIT(1400), KBIT(1700));
    CHECK_EQ(caution_limit(&caution, SEC(23), KBIT(1700)), KBIT(1700));
    caution_note(&caution, SEC(24), KBIT(1000), KBIT(1700)); // its viewer wanted less
    CHECK_EQ(caution_limit(&caution, SEC(25), KBIT(1700)), KBIT(1700));
}

TEST(a_step_up_that_failed_waits_ten_seconds_and_twice_that_the_next_time)
{
    struct caution caution;

    caution_init(&caution, SEC(1));

    usec now = fail(&caution, SEC(20), SEC(3));
    CHECK(caution_limit(&caution, now + SEC(9), KBIT(1700)) < KBIT(1400));
    CHECK_EQ(caution_limit(&caution, now + SEC(9), KBIT(1200)), KBIT(1200));
    CHECK_EQ(caution_limit(&caution, now + SEC(11), KBIT(1700)), KBIT(1700));
    now = fail(&caution, now + SEC(11), SEC(3));
    CHECK(caution_limit(&caution, now + SEC(19), KBIT(1700)) < KBIT(1400));
    CHECK_EQ(caution_limit(&caution, now + SEC(21), KBIT(1700)), KBIT(1700));
}

TEST(a_line_that_carries_far_more_needs_no_patience)
{
    struct caution caution;

    caution_init(&caution, SEC(1));
    const usec now = fail(&caution, SEC(20), SEC(3));

    CHECK_EQ(caution_limit(&caution, now + SEC(1), KBIT(4700)), KBIT(4700));
}

TEST(a_step_up_that_held_for_long_did_not_fail_and_forgives_the_last)
{
    struct caution caution;

    caution_init(&caution, SEC(1));
    usec now = fail(&caution, SEC(20), SEC(12));

    CHECK_EQ(caution_limit(&caution, now, KBIT(1700)), KBIT(1700));
    now = fail(&caution, now, SEC(3));
    caution_note(&caution, now + SEC(20), KBIT(1400), KBIT(1700));
    caution_note(&caution, now + SEC(31), KBIT(1400), KBIT(1700));
    now = fail(&caution, now + SEC(60), SEC(3));
    CHECK_EQ(caution_limit(&caution, now + SEC(11), KBIT(1700)), KBIT(1700)); // ten seconds again
}

TEST(a_line_that_was_just_met_is_tried_out)
{
    struct caution caution;

    caution_init(&caution, SEC(1));
    const usec now = fail(&caution, SEC(1), SEC(3));
    CHECK_EQ(caution_limit(&caution, now, KBIT(1700)), KBIT(1700));
}
