// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/layer_rate_test.c - soon usable, quick to rise, and not upset by a key frame.
#include "sfu/layer_rate.h"

#include "support/check.h"
#include "support/random.h"

#define FRAME (SEC(1) / 30)

// A camera at 30 pictures a second in three layers of time: 0 2 1 2.
struct camera {
    struct layer_rate rate;
    struct random random;
    usec now;
    uint32_t picture;
    uint32_t bps;
};

static struct camera camera_of(uint32_t bps, uint64_t seed)
{
    return (struct camera){.random = random_seeded(seed), .now = SEC(50), .bps = bps};
}

static void send(struct camera *c, uint32_t bytes, uint8_t tid)
{
    for (; bytes > 1100; bytes -= 1100)
        layer_rate_add(&c->rate, c->now, 1100, tid);
    layer_rate_add(&c->rate, c->now, bytes, tid);
}

// A picture of the usual size, give or take a third; the base layer's are twice as big.
static void take_picture(struct camera *c)
{
    static const uint8_t tids[] = {0, 2, 1, 2};
    const uint8_t tid = tids[c->picture++ % 4];
    const uint32_t mean = c->bps / 8 / 30 * (tid == 0 ? 8 : 4) / 5;

    send(c, mean * (uint32_t)random_between(&c->random, 67, 133) / 100, tid);
    c->now += FRAME;
}

static void run_until(struct camera *c, usec until)
{
    while (c->now < until)
        take_picture(c);
}

static uint32_t whole(struct camera *c)
{
    return layer_rate_bps(&c->rate, c->now, 2);
}

static bool is_near(uint64_t got, uint64_t want, uint32_t percent)
{
    return got * 100 >= want * (100 - percent) && got * 100 <= want * (100 + percent);
}

// Eight pictures' worth, paced over 80 ms.
static void send_key_frame(struct camera *c)
{
    for (int i = 0; i < 8; i++, c->now += MSEC(10))
        send(c, c->bps / 8 / 30, 0);
}

TEST(nothing_is_measured_before_the_first_packet)
{
    struct layer_rate rate = {0};

    CHECK_EQ(layer_rate_bps(&rate, SEC(9), 2), 0);
    CHECK_EQ(layer_rate_flowing(&rate, 2), 0);
    CHECK_EQ(layer_rate_temporals(&rate, SEC(9)), 1);
}

TEST(a_new_layer_has_a_usable_rate_after_300_ms)
{
    for (uint64_t seed = 1; seed <= 100; seed++) {
        struct camera c = camera_of(150000, seed);
        const usec start = c.now;

        send_key_frame(&c);
        run_until(&c, start + MSEC(299));
        CHECK_EQ(layer_rate_bps(&c.rate, start + MSEC(299), 2), 0);
        run_until(&c, start + MSEC(300));
        CHECK(is_near(layer_rate_bps(&c.rate, start + MSEC(300), 2), 150000, 45));
        run_until(&c, start + MSEC(1000));
        CHECK(is_near(whole(&c), 150000, 20));
    }
}

TEST(a_steady_layer_is_measured_to_a_tenth)
{
    struct camera c = camera_of(500000, 7);

    run_until(&c, SEC(54));
    while (c.now < SEC(110)) {
        take_picture(&c);
        CHECK(is_near(whole(&c), 500000, 10));
    }
}

TEST(layers_of_time_add_up)
{
    struct camera c = camera_of(500000, 8);

    run_until(&c, SEC(60));
    CHECK(is_near(layer_rate_bps(&c.rate, c.now, 0), 200000, 12));
    CHECK(is_near(layer_rate_bps(&c.rate, c.now, 1), 300000, 12));
    CHECK(is_near(layer_rate_bps(&c.rate, c.now, 2), 500000, 12));
    CHECK_EQ(layer_rate_bps(&c.rate, c.now, 7), whole(&c));
    CHECK_EQ(layer_rate_temporals(&c.rate, c.now), 3);
}

TEST(a_key_frame_adds_less_than_a_fifth_to_the_plan)
{
    for (int phase = 0; phase < 40; phase++) {
        struct camera c = camera_of(150000, 9);

        run_until(&c, SEC(56) + MSEC(10) * phase);
        send_key_frame(&c);
        for (int i = 0; i < 120; i++) {
            take_picture(&c);
            CHECK(whole(&c) < 180000);
        }
    }
}

TEST(the_dearest_moment_is_kept_for_five_to_ten_seconds_of_packets)
{
    struct camera c = camera_of(500000, 12);

    run_until(&c, SEC(56));
    CHECK(layer_rate_most(&c.rate, 2) < 560000);
    c.bps = 1500000;
    run_until(&c, SEC(60));
    c.bps = 500000;
    run_until(&c, SEC(64));
    CHECK(is_near(whole(&c), 500000, 10));
    CHECK(layer_rate_most(&c.rate, 2) > 1400000);
    CHECK(layer_rate_most(&c.rate, 0) < layer_rate_most(&c.rate, 2) / 2);
    c.now += SEC(30); // asleep: it may come back as dear as it was
    take_picture(&c);
    CHECK(layer_rate_most(&c.rate, 2) > 1400000);
    run_until(&c, c.now + SEC(11));
    CHECK(layer_rate_most(&c.rate, 2) < 560000);
}

TEST(a_first_rough_guess_is_no_dearest_moment)
{
    struct camera c = camera_of(500000, 13);

    run_until(&c, SEC(50) + MSEC(900));
    CHECK(layer_rate_bps(&c.rate, c.now, 2) > 0);
    CHECK_EQ(layer_rate_most(&c.rate, 2), 0);
}

TEST(a_rise_is_seen_within_a_second)
{
    for (int phase = 0; phase < 40; phase++) {
        struct camera c = camera_of(300000, 10);

        run_until(&c, SEC(56) + MSEC(10) * phase);
        const usec risen = c.now;
        c.bps = 1200000;
        run_until(&c, risen + SEC(1));
        CHECK(whole(&c) > 960000);
        CHECK(layer_rate_bps(&c.rate, c.now, 0) > 300000);
        run_until(&c, risen + SEC(4));
        CHECK(is_near(whole(&c), 1200000, 10));
    }
}

TEST(a_fall_is_seen_within_four_seconds)
{
    struct camera c = camera_of(1200000, 11);

    run_until(&c, SEC(56));
    c.bps = 300000;
    run_until(&c, SEC(57));
    CHECK(whole(&c) > 600000);
    run_until(&c, SEC(60));
    CHECK(is_near(whole(&c), 300000, 10));
}

TEST(a_layer_that_comes_back_is_planned_with_what_it_was)
{
    struct camera c = camera_of(500000, 12);

    run_until(&c, SEC(56));
    for (usec at = c.now; at < SEC(66); at += MSEC(100))
        (void)layer_rate_bps(&c.rate, at, 2);
    c.now = SEC(66);
    CHECK_EQ(whole(&c), 1);
    CHECK(is_near(layer_rate_flowing(&c.rate, 7), 500000, 12));
    CHECK(is_near(layer_rate_flowing(&c.rate, 0), 200000, 12));
    c.bps = 150000;
    take_picture(&c);
    CHECK(is_near(whole(&c), 500000, 12));
    run_until(&c, SEC(66) + MSEC(600));
    CHECK(is_near(whole(&c), 150000, 40));
}

TEST(a_screen_that_stands_still_costs_next_to_nothing)
{
    struct layer_rate rate = {0};

    for (int i = 0; i < 30; i++) // a large key frame, then nothing
        layer_rate_add(&rate, SEC(5) + MSEC(3) * i, 1200, 0);
    CHECK_EQ(layer_rate_bps(&rate, SEC(5) + MSEC(900), 2), 0);
    CHECK_EQ(layer_rate_bps(&rate, SEC(6), 2), 1);
    layer_rate_add(&rate, SEC(6) + MSEC(500), 300, 0);
    layer_rate_add(&rate, SEC(7) + MSEC(500), 300, 0);
    CHECK(layer_rate_bps(&rate, SEC(8), 2) < 3000);
    CHECK(layer_rate_bps(&rate, SEC(8), 2) > 1000);
}

TEST(layers_of_time_are_forgotten_after_two_seconds)
{
    struct camera c = camera_of(500000, 13);

    run_until(&c, SEC(53));
    const usec last = c.now;
    for (; c.now < last + SEC(2) - 4 * FRAME; c.now += FRAME)
        layer_rate_add(&c.rate, c.now, 2000, 0);
    CHECK_EQ(layer_rate_temporals(&c.rate, c.now), 3);
    layer_rate_add(&c.rate, last + SEC(2), 2000, 1);
    CHECK_EQ(layer_rate_temporals(&c.rate, last + SEC(2)), 2);
    CHECK_EQ(layer_rate_temporals(&c.rate, last + SEC(5)), 1);
}
