// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/arrival_clock_test.c - the receiver's clock goes on where its 24 bits wrap, and where it leaps.
#include "sfu/estimate/arrival_clock.h"

#include "support/check.h"

#define UNIT MSEC(64)

static struct arrival_clock arrivals;
static bool leapt;

// The time that a feedback's reference stands for.
static usec at(usec now, int32_t reference)
{
    return reference * UNIT + arrival_clock_shift(&arrivals, now, reference, &leapt);
}

TEST(times_go_on_where_the_reference_wraps)
{
    arrivals = (struct arrival_clock){0};
    const usec before = at(SEC(1), 0x7fffff); // the largest there is
    CHECK_EQ(at(SEC(1) + UNIT, -0x800000) - before, UNIT);
    CHECK(!leapt);
    CHECK_EQ(at(SEC(1) + 2 * UNIT, -0x7fffff) - before, 2 * UNIT);

    arrivals = (struct arrival_clock){0};
    const usec start = at(SEC(1), -1);
    CHECK_EQ(at(SEC(1) + UNIT, 0) - start, UNIT);
    CHECK_EQ(at(SEC(1) + UNIT, 1) - start, 2 * UNIT);
}

TEST(feedback_that_was_overtaken_lies_before)
{
    arrivals = (struct arrival_clock){0};
    const usec start = at(SEC(1), 100);
    CHECK_EQ(at(SEC(1) + MSEC(100), 102) - start, 2 * UNIT);
    CHECK_EQ(at(SEC(1) + MSEC(110), 101) - start, UNIT);
    CHECK(!leapt);
}

TEST(a_leap_is_taken_for_the_time_that_went_by_here)
{
    arrivals = (struct arrival_clock){0};
    const usec start = at(SEC(1), 100);
    CHECK_EQ(at(SEC(2), 100000) - start, SEC(1));
    CHECK(leapt);
    CHECK_EQ(at(SEC(2) + UNIT, 100001) - start, SEC(1) + UNIT);
    CHECK(!leapt);
    CHECK_EQ(at(SEC(3), 5) - start, SEC(2));
    CHECK(leapt);
}

TEST(an_hour_of_silence_is_no_leap)
{
    arrivals = (struct arrival_clock){0};
    const usec start = at(SEC(1), 100);
    CHECK_EQ(at(SEC(3601), 100 + 56250) - start, SEC(3600));
    CHECK(!leapt);
}
