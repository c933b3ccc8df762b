// SPDX-License-Identifier: AGPL-3.0-or-later
// harness/line_test.c - the tests' own bad line.
#include "support/line.h"

#include "support/check.h"

#define LEN 972 // 1000 bytes of IP

static struct line line_of(struct line_settings settings)
{
    struct line line;

    line_init(&line, 7);
    line_set(&line, &settings);
    return line;
}

TEST(a_line_of_no_settings_is_perfect)
{
    struct line line = line_of((struct line_settings){0});
    usec due;
    usec again;

    for (usec now = 0; now < SEC(1); now += MSEC(1)) {
        CHECK(line_enter(&line, now, LEN, &due, &again));
        CHECK_EQ(due, now);
        CHECK_EQ(again, USEC_NEVER);
    }
    CHECK_EQ(line.in, 1000u);
    CHECK_EQ(line.out, 1000u);
    CHECK_EQ(line.bytes_out, 1000000u);
    CHECK_EQ(line.lost + line.overflowed, 0u);
}

TEST(packets_follow_each_other_at_the_capacity_and_then_take_the_delay)
{
    struct line line = line_of((struct line_settings){.capacity_bps = 1000000, .delay = MSEC(25)});
    usec due;
    usec again;

    for (int i = 1; i <= 10; i++) {
        CHECK(line_enter(&line, SEC(1), LEN, &due, &again));
        CHECK_EQ(due, SEC(1) + i * MSEC(8) + MSEC(25));
    }
    CHECK(line_enter(&line, SEC(2), LEN, &due, &again)); // the queue has run empty
    CHECK_EQ(due, SEC(2) + MSEC(8) + MSEC(25));
}

TEST(what_would_wait_too_long_is_dropped_at_the_entrance)
{
    struct line line = line_of((struct line_settings){.capacity_bps = 1000000, .queue = MSEC(80)});
    usec due;
    usec again;

    for (int i = 0; i <= 10; i++)
        CHECK(line_enter(&line, 0, LEN, &due, &again)); // the last one waits for 80 ms
    CHECK(!line_enter(&line, 0, LEN, &due, &again));
    CHECK_EQ(line.overflowed, 1u);
    CHECK(line_enter(&line, MSEC(8), LEN, &due, &again));
    CHECK_EQ(due, MSEC(8 * 12));
}

TEST(a_queue_holds_300_ms_unless_told)
{
    struct line line = line_of((struct line_settings){.capacity_bps = 1000000});
    usec due;
    usec again;
    int entered = 0;

    while (line_enter(&line, 0, LEN, &due, &again))
        entered++;
    CHECK_EQ(entered, 38); // 37 of 8 ms before it: 296 ms
}

TEST(a_new_capacity_holds_for_what_comes_after_it)
{
    struct line line = line_of((struct line_settings){.capacity_bps = 1000000});
    usec due;
    usec again;

    CHECK(line_enter(&line, 0, LEN, &due, &again));
    line_set(&line, &(struct line_settings){.capacity_bps = 100000});
    CHECK(line_enter(&line, 0, LEN, &due, &again));
    CHECK_EQ(due, MSEC(8 + 80));
}

TEST(jitter_spreads_the_delay_both_ways_and_keeps_the_order)
{
    struct line line = line_of((struct line_settings){.delay = MSEC(100), .jitter = MSEC(50)});
    usec last = 0;
    usec least = USEC_NEVER;
    usec most = 0;
    usec due;
    usec again;

    for (usec now = 0; now < SEC(100); now += MSEC(200)) {
        CHECK(line_enter(&line, now, LEN, &due, &again));
        CHECK(due - now >= MSEC(50) && due - now <= MSEC(150));
        CHECK(due >= last);
        last = due;
        if (due - now < least)
            least = due - now;
        if (due - now > most)
            most = due - now;
    }
    CHECK(least < MSEC(52) && most > MSEC(148));
    for (usec now = SEC(100); now < SEC(101); now += MSEC(1)) {
        CHECK(line_enter(&line, now, LEN, &due, &again));
        CHECK(due >= last);
        last = due;
    }
}

TEST(jitter_never_delivers_before_it_is_sent)
{
    struct line line = line_of((struct line_settings){.delay = MSEC(5), .jitter = MSEC(50)});
    usec due;
    usec again;

    for (usec now = 0; now < SEC(1); now += MSEC(10)) {
        CHECK(line_enter(&line, now, LEN, &due, &again));
        CHECK(due >= now);
    }
}

TEST(the_share_that_is_lost_is_as_set)
{
    struct line line = line_of((struct line_settings){.loss = 0.05});
    usec due;
    usec again;

    for (int i = 0; i < 100000; i++)
        if (!line_enter(&line, i, LEN, &due, &again))
            CHECK_EQ(due, USEC_NEVER);
    CHECK(line.lost > 4700 && line.lost < 5300);
    CHECK_EQ(line.in, line.out + line.lost);
    CHECK_EQ(line.bytes_out, line.out * 1000);
}

TEST(everything_is_lost_in_a_blackout)
{
    struct line line = line_of((struct line_settings){.loss = 1});
    usec due;
    usec again;

    for (int i = 0; i < 1000; i++)
        CHECK(!line_enter(&line, i, LEN, &due, &again));
}

TEST(loss_in_bursts_comes_in_runs)
{
    struct line line =
        line_of((struct line_settings){.burst = {.enter = 0.01, .leave = 0.1, .loss = 1}});
    unsigned runs = 0;
    bool before = true;
    usec due;
    usec again;

    for (int i = 0; i < 100000; i++) {
        const bool passed = line_enter(&line, i, LEN, &due, &again);

        runs += before && !passed;
        before = passed;
    }
    CHECK(line.lost > 8000 && line.lost < 10200); // 1/11
    CHECK(line.lost / runs >= 9 && line.lost / runs <= 11);
}

TEST(what_is_held_back_is_overtaken)
{
    struct line line = line_of((struct line_settings){.delay = MSEC(40), .reorder = 0.01});
    unsigned held = 0;
    usec due;
    usec again;

    for (usec now = 0; now < SEC(100); now += MSEC(10)) {
        CHECK(line_enter(&line, now, LEN, &due, &again));
        if (due != now + MSEC(40)) {
            CHECK_EQ(due, now + MSEC(40 + 30));
            held++;
        }
    }
    CHECK(held > 60 && held < 140);
}

TEST(copies_come_after_the_first)
{
    struct line line = line_of((struct line_settings){.delay = MSEC(40), .duplicate = 0.5});
    unsigned copies = 0;
    usec due;
    usec again;

    for (usec now = 0; now < SEC(1); now += MSEC(1)) {
        CHECK(line_enter(&line, now, LEN, &due, &again));
        if (again != USEC_NEVER) {
            CHECK(again > due);
            copies++;
        }
    }
    CHECK(copies > 400 && copies < 600);
}

TEST(equal_seeds_make_equal_lines)
{
    const struct line_settings settings = {.delay = MSEC(40), .jitter = MSEC(20), .loss = 0.2};
    struct line a = line_of(settings);
    struct line b = line_of(settings);
    struct line c;
    unsigned differences = 0;

    line_init(&c, 8);
    line_set(&c, &settings);
    for (usec now = 0; now < SEC(1); now += MSEC(1)) {
        usec due[3];
        usec again;
        const bool passed = line_enter(&a, now, LEN, &due[0], &again);

        CHECK_EQ(line_enter(&b, now, LEN, &due[1], &again), passed);
        CHECK_EQ(due[0], due[1]);
        (void)line_enter(&c, now, LEN, &due[2], &again);
        differences += due[2] != due[0];
    }
    CHECK(differences > 100);
}

TEST(waits_are_counted_in_steps_and_anew)
{
    struct line line = line_of((struct line_settings){.capacity_bps = 1000000});
    usec due;
    usec again;

    CHECK_EQ(line_wait(&line, 0.95), 0);
    for (int i = 0; i < 20; i++)
        CHECK(line_enter(&line, 0, LEN, &due, &again)); // waits of 0, 8, ... 152 ms
    CHECK_EQ(line_wait(&line, 0), MSEC(5));
    CHECK_EQ(line_wait(&line, 0.5), MSEC(75));
    CHECK_EQ(line_wait(&line, 0.95), MSEC(145));
    CHECK_EQ(line_wait(&line, 1), MSEC(155));
    line_count_anew(&line);
    CHECK_EQ(line_wait(&line, 1), 0);
    CHECK_EQ(line.in + line.out + line.bytes_in + line.bytes_out, 0u);
    CHECK(line_enter(&line, 0, LEN, &due, &again));
    CHECK_EQ(due, MSEC(8 * 21)); // what is in the queue stays there
}
