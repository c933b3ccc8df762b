// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/queue_test.c - a queue on the way: what comes out while it fills, whether it stands, what is usual.
#include "sfu/estimate/bottleneck.h"
#include "sfu/estimate/queue_delay.h"

#include "support/check.h"
#include "support/random.h"

static struct bottleneck bottleneck;
static struct queue_delay queue;
static usec sent;
static usec way;

static void begin(void)
{
    bottleneck = (struct bottleneck){0};
    queue = (struct queue_delay){0};
    sent = SEC(50);
    way = -SEC(20); // the receiver's clock is another
}

// Packets of 1250 bytes, each `later` than the one before.
static void add(unsigned count, usec apart, usec later)
{
    for (unsigned i = 0; i < count; i++) {
        sent += apart;
        way += later;
        bottleneck_add(&bottleneck, sent, sent + way, 1250);
        queue_delay_add(&queue, sent, sent + way);
    }
}

TEST(what_comes_out_of_a_filling_queue_is_what_the_line_carries)
{
    begin();
    add(200, MSEC(2), 0); // 5 Mbit/s
    CHECK(bottleneck_bps(&bottleneck) <= 0);
    add(20, MSEC(2), MSEC(8)); // 5 Mbit/s into 1 Mbit/s
    CHECK(bottleneck_bps(&bottleneck) > 0.9e6);
    CHECK(bottleneck_bps(&bottleneck) < 1.1e6);
}

TEST(a_slow_fill_is_measured_over_a_longer_time)
{
    begin();
    add(200, MSEC(8), 0); // 1.25 Mbit/s
    add(20, MSEC(8), MSEC(2));
    CHECK(bottleneck_bps(&bottleneck) <= 0);
    add(30, MSEC(8), MSEC(2)); // into 1 Mbit/s
    CHECK(bottleneck_bps(&bottleneck) > 0.9e6);
    CHECK(bottleneck_bps(&bottleneck) < 1.1e6);
}

TEST(one_step_of_the_delay_is_no_filling_queue)
{
    begin();
    add(200, MSEC(5), 0);
    add(1, MSEC(5), MSEC(100));
    for (unsigned i = 0; i < 100; i++) {
        add(1, MSEC(5), 0);
        CHECK(bottleneck_bps(&bottleneck) <= 0);
    }
}

TEST(packets_of_probes_count_among_what_came_out)
{
    begin();
    add(200, MSEC(2), 0);
    for (unsigned i = 0; i < 20; i++) {
        add(1, MSEC(4), MSEC(16));
        bottleneck_pass(&bottleneck, 1250);
    }
    CHECK(bottleneck_bps(&bottleneck) > 0.9e6);
    CHECK(bottleneck_bps(&bottleneck) < 1.1e6);
}

TEST(a_queue_stands_when_no_packet_escapes_it)
{
    begin();
    add(100, MSEC(10), 0);
    CHECK_EQ(queue_delay_standing(&queue), 0);
    add(1, MSEC(10), MSEC(200));
    add(10, MSEC(10), 0);
    CHECK_EQ(queue_delay_standing(&queue), 0);
    add(40, MSEC(10), 0);
    CHECK_EQ(queue_delay_standing(&queue), MSEC(200));
    add(1, MSEC(10), -MSEC(150));
    CHECK_EQ(queue_delay_standing(&queue), MSEC(50));
}

TEST(a_long_queue_that_stands_is_stuck_and_one_that_empties_is_not)
{
    begin();
    add(100, MSEC(10), 0);
    add(1, MSEC(10), MSEC(250));
    add(50, MSEC(10), 0);
    CHECK(!queue_delay_is_stuck(&queue, SEC(1)));
    CHECK(!queue_delay_is_stuck(&queue, SEC(1) + MSEC(299)));
    CHECK(queue_delay_is_stuck(&queue, SEC(1) + MSEC(300)));
    queue_delay_relieved(&queue, SEC(1) + MSEC(300), MSEC(300));
    CHECK(!queue_delay_is_stuck(&queue, SEC(1) + MSEC(899))); // a round trip more
    add(100, MSEC(10), -MSEC(1));
    CHECK(!queue_delay_is_stuck(&queue, SEC(1) + MSEC(900)));
    CHECK(queue_delay_is_stuck(&queue, SEC(3)));
}

TEST(a_way_that_became_longer_is_taken_for_what_it_is)
{
    unsigned stuck = 0;

    begin();
    add(100, MSEC(10), 0);
    add(1, MSEC(10), MSEC(250));
    for (usec now = SEC(1); now < SEC(60); now += MSEC(100)) {
        add(10, MSEC(10), 0);
        stuck += queue_delay_is_stuck(&queue, now);
    }
    CHECK(stuck > 0 && stuck <= 4);
    CHECK_EQ(queue_delay_standing(&queue), 0);
}

TEST(what_is_usual_on_a_line_is_not_unusual)
{
    struct random random = random_seeded(3);

    begin();
    add(500, MSEC(10), 0);
    add(1, MSEC(10), MSEC(60));
    CHECK(queue_delay_is_unusual(&queue));
    begin();
    usec last = 0;
    for (unsigned i = 0; i < 500; i++) {
        const usec jitter = random_between(&random, 0, MSEC(80));
        add(1, MSEC(10), jitter - last);
        last = jitter;
    }
    add(1, MSEC(10), MSEC(100) - last);
    CHECK(!queue_delay_is_unusual(&queue));
    add(1, MSEC(10), MSEC(30));
    CHECK(queue_delay_is_unusual(&queue));
}

TEST(a_line_is_jittery_when_most_packets_come_late_not_when_some_do)
{
    struct random random = random_seeded(3);

    begin();
    for (unsigned i = 0; i < 1000; i++) {
        add(1, MSEC(5), i % 100 == 0 ? MSEC(100) : 0);
        add(1, MSEC(5), i % 100 == 20 ? -MSEC(100) : 0);
    }
    CHECK(!queue_delay_is_jittery(&queue));
    usec last = 0;
    for (unsigned i = 0; i < 1000; i++) {
        const usec jitter = random_between(&random, 0, MSEC(100));
        add(1, MSEC(5), jitter - last);
        last = jitter;
    }
    CHECK(queue_delay_is_jittery(&queue));
}

TEST(a_queue_is_short_again_when_one_packet_hardly_waited)
{
    begin();
    add(100, MSEC(5), 0);
    CHECK(queue_delay_is_short(&queue));
    add(1, MSEC(5), MSEC(80));
    add(40, MSEC(5), 0);
    CHECK(!queue_delay_is_short(&queue));
    add(1, MSEC(5), -MSEC(70));
    CHECK(queue_delay_is_short(&queue));
}

TEST(what_arrived_of_late_is_counted_over_an_eighth_of_a_second)
{
    begin();
    CHECK(bottleneck_recent_bps(&bottleneck) <= 0);
    add(100, MSEC(10), 0); // 1 Mbit/s
    CHECK(bottleneck_recent_bps(&bottleneck) > 0.9e6 && bottleneck_recent_bps(&bottleneck) < 1.1e6);
    add(100, MSEC(2), 0); // 5 Mbit/s
    CHECK(bottleneck_recent_bps(&bottleneck) > 4.5e6 && bottleneck_recent_bps(&bottleneck) < 5.5e6);
    CHECK(bottleneck_arriving_bps(&bottleneck) > 1.5e6 &&
          bottleneck_arriving_bps(&bottleneck) < 4.5e6);
}
