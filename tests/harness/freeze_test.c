// SPDX-License-Identifier: AGPL-3.0-or-later
// harness/freeze_test.c - the rule the figures about freezes rest on.
#include "support/check.h"
#include "support/freeze.h"

static usec show(struct freeze *f, usec from, usec every, int count)
{
    for (int i = 0; i < count; i++, from += every)
        freeze_shown(f, from);
    return from - every;
}

TEST(thirty_pictures_a_second_are_no_freeze_and_neither_is_dropping_to_seven)
{
    struct freeze f = {0};

    const usec at = show(&f, SEC(1), 33333, 90);
    show(&f, at + 133333, 133333, 40);
    CHECK_EQ(f.count, 0);
    CHECK_EQ(freeze_longest(&f, at + 133333), 133333);
}

TEST(a_gap_of_150_ms_above_the_mean_is_a_freeze)
{
    struct freeze f = {0};

    usec at = show(&f, SEC(1), MSEC(30), 90);
    freeze_shown(&f, at += MSEC(179));
    CHECK_EQ(f.count, 0);
    at = show(&f, at + MSEC(30), MSEC(30), 40);
    freeze_shown(&f, at + MSEC(181));
    CHECK_EQ(f.count, 1);
    CHECK_EQ(f.total, MSEC(181));
}

TEST(a_picture_that_never_comes_is_a_freeze_and_a_pause_is_none)
{
    struct freeze f = {0};

    const usec at = show(&f, SEC(1), MSEC(30), 90);
    CHECK_EQ(freeze_count(&f, at + SEC(5)), 1);
    CHECK_EQ(freeze_longest(&f, at + SEC(5)), SEC(5));
    freeze_paused(&f);
    CHECK_EQ(freeze_count(&f, at + SEC(5)), 0);
    freeze_shown(&f, at + SEC(9));
    CHECK_EQ(f.count, 0);
}
