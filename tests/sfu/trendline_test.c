// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/trendline_test.c - a queue that fills or empties shows; jitter and a longer way do not.
#include "sfu/estimate/trendline.h"

#include "sfu/estimate/packet_groups.h"
#include "support/check.h"
#include "support/random.h"

static struct trendline line;
static usec arrival;

static void begin(void)
{
    trendline_init(&line);
    arrival = SEC(9);
}

// Groups 20 ms apart, each `later` than the one before.
static void add(unsigned count, usec later)
{
    for (unsigned i = 0; i < count; i++) {
        const struct packet_delta delta = {.sent = MSEC(20), .arrival = MSEC(20) + later};
        arrival += delta.arrival;
        trendline_add(&line, &delta, arrival);
    }
}

TEST(an_even_flow_is_normal)
{
    begin();
    add(500, 0);
    CHECK_EQ(line.use, LINE_NORMAL);
    CHECK(line.threshold < 6.1); // it became sensitive
}

TEST(a_queue_that_fills_is_overuse_and_one_that_empties_underuse)
{
    begin();
    add(100, 0);
    add(15, MSEC(5));
    CHECK_EQ(line.use, LINE_OVERUSED);
    add(60, 0);
    CHECK_EQ(line.use, LINE_NORMAL);
    add(15, -MSEC(5));
    CHECK_EQ(line.use, LINE_UNDERUSED);
}

TEST(overuse_is_not_said_before_it_lasted)
{
    begin();
    add(100, 0);
    unsigned groups = 0;
    while (line.use != LINE_OVERUSED && groups < 100) {
        add(1, MSEC(2));
        groups++;
    }
    CHECK(groups > 2 && groups < 15);
}

TEST(a_slow_fill_is_seen_too)
{
    begin();
    add(200, 0);
    add(60, MSEC(1)); // 5 % too much
    CHECK_EQ(line.use, LINE_OVERUSED);
}

TEST(a_way_that_became_longer_is_normal_soon)
{
    begin();
    add(100, 0);
    add(1, MSEC(80));
    add(60, 0);
    CHECK_EQ(line.use, LINE_NORMAL);
}

TEST(jitter_is_not_overuse_for_long)
{
    struct random random = random_seeded(5);
    unsigned over = 0;
    usec last = 0;

    begin();
    for (unsigned i = 0; i < 5000; i++) {
        const usec now = random_between(&random, 0, MSEC(30));
        add(1, now - last);
        last = now;
        over += line.use == LINE_OVERUSED;
    }
    CHECK(over < 100);
}

TEST(times_that_stand_still_change_nothing)
{
    begin();
    add(30, -MSEC(20));
    CHECK_EQ(line.use, LINE_NORMAL); // all points at one time: no slope
    add(100, 0);
    CHECK_EQ(line.use, LINE_NORMAL);
}
