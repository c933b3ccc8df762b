// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/estimate_test.c - estimates in a closed loop with bad lines, and with viewers that lie.
#include "sfu/estimate/estimate.h"

#include "base/mem.h"
#include "sfu/estimate_loop.h"
#include "support/check.h"
#include "wire/transport_cc.h"

#include <string.h>

#define MBIT 1000000u
#define SEEDS 4

static struct loop loop;

// 50 ms there and back.
static const struct line_settings good = {.capacity_bps = 5 * MBIT, .delay = MSEC(25)};

static void set_capacity(uint64_t bps)
{
    struct line_settings settings = loop.line.settings;

    settings.capacity_bps = bps;
    line_set(&loop.line, &settings);
}

// Pictures at a few rates, with key frames, instead of any rate.
static void use_steps(struct loop_flow *flow)
{
    static const uint32_t steps[] = {100000, 150000, 350000, 600000, 1300000, 2000000, 3900000, 0};

    memcpy(flow->steps, steps, sizeof steps);
    flow->fluid = false;
    flow->key_frame_every = 300;
}

static double jain(double a, double b)
{
    return (a + b) * (a + b) / (2 * (a * a + b * b));
}

TEST(joining_on_5_mbit_allows_4_within_two_seconds)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        loop_init(&loop, seed, &good, ESTIMATE_START_BPS);
        CHECK(loop_run_to_at_least(&loop, 4 * MBIT, SEC(5)) < SEC(2));
        loop_watch(&loop);
        loop_run(&loop, SEC(20));
        CHECK(loop.target_least >= 4 * MBIT);
        CHECK(estimate_is_proven(loop.flows[0].estimate));
        CHECK(line_wait(&loop.line, 0.95) <= MSEC(50));
        loop_fini(&loop);
    }
}

TEST(a_step_from_5_to_1_mbit_is_followed_within_half_a_second)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        for (unsigned steps = 0; steps < 2; steps++) {
            loop_init(&loop, seed, &good, ESTIMATE_START_BPS);
            if (steps)
                use_steps(&loop.flows[0]);
            loop_run(&loop, SEC(10));
            set_capacity(MBIT);
            loop_watch(&loop);
            CHECK(loop_run_to_at_most(&loop, MBIT, SEC(20)) <= SEC(10) + MSEC(500));
            loop_run(&loop, SEC(20));
            CHECK(loop.target_least > 700000);
            CHECK(line_wait(&loop.line, 0.95) <= MSEC(200));
            CHECK(loop_target(&loop) < 1150000);
            loop_fini(&loop);
        }
    }
}

TEST(a_step_from_1_to_5_mbit_is_found_within_five_seconds)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        for (unsigned steps = 0; steps < 2; steps++) {
            loop_init(&loop, seed, &good, ESTIMATE_START_BPS);
            if (steps)
                use_steps(&loop.flows[0]);
            set_capacity(MBIT);
            loop_run(&loop, SEC(10 + 3 * seed));
            set_capacity(5 * MBIT);
            const usec since = loop.now;
            CHECK(loop_run_to_at_least(&loop, 4 * MBIT, since + SEC(10)) <= since + SEC(5));
            loop_fini(&loop);
        }
    }
}

TEST(random_loss_jitter_and_reordering_do_not_collapse_the_target)
{
    const struct line_settings settings = {.capacity_bps = 5 * MBIT,
                                           .delay = MSEC(100),
                                           .jitter = MSEC(50),
                                           .loss = 0.05,
                                           .reorder = 0.01};

    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        loop_init(&loop, seed, &settings, ESTIMATE_START_BPS);
        loop_run(&loop, SEC(20));
        CHECK(loop_target(&loop) > 2 * MBIT);
        loop_watch(&loop);
        loop_run(&loop, SEC(180));
        CHECK(loop.target_least > 1500000);
        CHECK(loop.target_sum / loop.samples > 3e6);
        const double loss = estimate_loss(loop.flows[0].estimate);
        CHECK(loss > 0.02 && loss < 0.09);
        loop_fini(&loop);
    }
}

TEST(jitter_alone_is_not_overuse)
{
    const struct line_settings settings = {
        .capacity_bps = 5 * MBIT, .delay = MSEC(60), .jitter = MSEC(50)};

    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        loop_init(&loop, seed, &settings, ESTIMATE_START_BPS);
        loop.flows[0].steps[0] = 2 * MBIT;
        loop_run(&loop, SEC(10));
        loop_watch(&loop);
        loop_run(&loop, SEC(120));
        CHECK(loop.target_least > 1800000);
        loop_fini(&loop);
    }
}

TEST(a_thin_lossy_line_ends_at_the_floor)
{
    const struct line_settings settings = {.capacity_bps = 48000, .delay = MSEC(25), .loss = 0.2};

    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        loop_init(&loop, seed, &settings, ESTIMATE_START_BPS);
        loop.flows[0].audio_bps = 24000;
        CHECK(loop_run_to_at_most(&loop, 60000, SEC(9)) < SEC(3));
        loop_watch(&loop);
        loop_run(&loop, SEC(60));
        CHECK(loop.target_most < 80000);
        CHECK(loop.target_least >= ESTIMATE_MIN_BPS);
        CHECK(estimate_loss(loop.flows[0].estimate) > 0.05);
        loop_fini(&loop);
    }
}

TEST(a_constant_line_that_is_used_gives_a_steady_target)
{
    for (unsigned more = 0; more < 2; more++) {
        loop_init(&loop, 3, &good, ESTIMATE_START_BPS);
        set_capacity(2 * MBIT);
        loop.flows[0].fluid = false;
        loop.flows[0].steps[0] = 1750000;
        loop.flows[0].steps[1] = more ? 3 * MBIT : 0;
        loop_run(&loop, SEC(10));
        loop_watch(&loop);
        loop_run(&loop, SEC(300));
        const double mean = loop.target_sum / loop.samples;
        const double variance = loop.target_sum_squares / loop.samples - mean * mean;
        CHECK(loop.target_least > 1800000); // nothing had to be left out
        CHECK(loop.target_most < 2600000);
        CHECK(variance < 0.1 * mean * 0.1 * mean);
        CHECK(line_wait(&loop.line, 0.95) <= MSEC(60));
        loop_fini(&loop);
    }
}

TEST(key_frames_on_a_well_used_line_do_not_make_the_picture_worse)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        loop_init(&loop, seed, &good, ESTIMATE_START_BPS);
        set_capacity(2 * MBIT);
        loop.flows[0].fluid = false;
        loop.flows[0].steps[0] = 1600000;
        loop.flows[0].steps[1] = 3 * MBIT;
        loop.flows[0].key_frame_every = 100;
        loop_run(&loop, SEC(10));
        loop_watch(&loop);
        loop_run(&loop, SEC(130));
        CHECK(loop.target_least > 1650000); // the picture and the sound
        CHECK(loop.target_most < 2600000);
        loop_fini(&loop);
    }
}

TEST(two_on_one_line_come_to_share_it)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        loop_init(&loop, seed, &good, ESTIMATE_START_BPS);
        loop_add_flow(&loop, SEC(5 * (seed % 3)), ESTIMATE_START_BPS);
        loop_run(&loop, SEC(20));
        const double first = (double)loop.flows[0].bytes_heard;
        const double second = (double)loop.flows[1].bytes_heard;
        loop_run(&loop, SEC(120));
        const double a = (double)loop.flows[0].bytes_heard - first;
        const double b = (double)loop.flows[1].bytes_heard - second;
        CHECK(jain(a, b) >= 0.9);
        CHECK(a + b > 0.75 * 100 * 5 * MBIT / 8);
        loop_fini(&loop);
    }
}

TEST(sending_little_does_not_lower_what_was_proven)
{
    loop_init(&loop, 1, &good, ESTIMATE_START_BPS);
    loop_run(&loop, SEC(5));
    loop.flows[0].steps[0] = 150000;
    loop_watch(&loop);
    loop_run(&loop, SEC(120));
    CHECK(loop.target_least > 4 * MBIT);
    loop.flows[0].pictures = false;
    loop.flows[0].steps[0] = 0;
    loop_watch(&loop);
    loop_run(&loop, SEC(180));
    CHECK(loop.target_least > 4 * MBIT);
    loop_fini(&loop);
}

TEST(a_silent_viewer_freezes_the_target)
{
    loop_init(&loop, 1, &good, ESTIMATE_START_BPS);
    loop_run(&loop, SEC(5));
    const uint32_t before = loop_target(&loop);
    loop.flows[0].silent = true;
    loop_run(&loop, SEC(9));
    CHECK_EQ(loop_target(&loop), before);
    loop.flows[0].silent = false;
    loop_watch(&loop);
    loop_run(&loop, SEC(15));
    CHECK(loop.target_least > 0.9 * before);
    loop_fini(&loop);
}

TEST(an_outage_of_two_seconds_is_got_over)
{
    struct line_settings dead = good;

    loop_init(&loop, 1, &good, ESTIMATE_START_BPS);
    loop_run(&loop, SEC(5));
    dead.loss = 1;
    line_set(&loop.line, &dead);
    loop_run(&loop, SEC(7));
    line_set(&loop.line, &good);
    loop_run(&loop, SEC(10));
    CHECK(loop_target(&loop) > 3500000);
    loop_fini(&loop);
}

TEST(lost_and_overtaken_feedback_does_little_harm)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        loop_init(&loop, seed, &good, ESTIMATE_START_BPS);
        loop.flows[0].feedback_loss = 100000;
        loop.way_back_jitter = MSEC(150);
        CHECK(loop_run_to_at_least(&loop, 4 * MBIT, SEC(10)) < SEC(6));
        loop_watch(&loop);
        loop_run(&loop, SEC(60));
        CHECK(loop.target_least > 3 * MBIT);
        CHECK(estimate_loss(loop.flows[0].estimate) < 0.02);
        loop_fini(&loop);
    }
}

TEST(a_receiver_clock_that_wraps_is_no_leap)
{
    loop_init(&loop, 1, &good, ESTIMATE_START_BPS);
    loop.viewer_clock = ((usec)1 << 24) * MSEC(64) - SEC(8);
    loop_run(&loop, SEC(6));
    loop_watch(&loop);
    loop_run(&loop, SEC(12));
    CHECK(loop.target_least > 4 * MBIT);
    loop_fini(&loop);
}

TEST(nothing_is_allocated_per_packet)
{
    loop_init(&loop, 1, &good, ESTIMATE_START_BPS);
    loop_run(&loop, SEC(2));
    const size_t before = mem_allocations();
    loop_run(&loop, SEC(30));
    CHECK_EQ(mem_allocations(), before);
    loop_fini(&loop);
}

TEST(without_memory_there_is_no_estimate)
{
    struct estimate *e = NULL;

    for (size_t n = 1; n <= 2; n++) {
        mem_fail_at(n);
        CHECK(estimate_create(&e, 1, 0) == ERR_NO_MEMORY);
        mem_fail_at(0);
        CHECK(!e);
    }
    estimate_destroy(NULL);
    CHECK(estimate_create(&e, 1, 0) == ERR_OK);
    CHECK_EQ(estimate_target(e), ESTIMATE_MIN_BPS);
    estimate_destroy(e);
    CHECK(estimate_create(&e, UINT32_MAX, 0) == ERR_OK);
    CHECK_EQ(estimate_target(e), ESTIMATE_MAX_BPS);
    estimate_destroy(e);
}

// --- viewers that lie ----------------------------------------------------------------------------

// Feedback on numbers from `base` on, of which every `each`-th arrived, `apart` apart.
static void feed(uint16_t base, unsigned count, unsigned each, usec at, usec apart)
{
    static struct transport_cc_arrival arrivals[500];
    uint8_t bytes[1400];
    unsigned told = 0;

    CHECK(count <= 500);
    for (unsigned i = 0; i < count; i += each)
        arrivals[told++] = (struct transport_cc_arrival){(uint16_t)(base + i), at + i * apart};
    struct writer out = writer_over(bytes, sizeof bytes);
    const struct transport_cc_fields fields = {.base = base};
    CHECK(transport_cc_write(&out, &fields, arrivals, told, sizeof bytes) > 0);
    CHECK(loop_feed(&loop, &loop.flows[0], bytes, writer_len(&out)));
}

struct state {
    uint32_t target;
    double loss;
};

static struct state state_now(void)
{
    const struct estimate *e = loop.flows[0].estimate;

    return (struct state){estimate_target(e), estimate_loss(e)};
}

static bool is_as(const struct state *state)
{
    const struct state now = state_now();

    return now.target == state->target && now.loss <= state->loss && now.loss >= state->loss;
}

TEST(numbers_never_sent_and_reports_told_before_change_nothing)
{
    loop_init(&loop, 1, &good, ESTIMATE_START_BPS);
    loop_run(&loop, SEC(5));
    const struct state before = state_now();
    const uint16_t next = loop.flows[0].seq;
    const usec viewer = loop.viewer_clock + loop.now;
    for (unsigned i = 0; i < 50; i++) {
        feed(next, 400, 1 + i % 3, viewer, MSEC(3));                          // to come
        feed((uint16_t)(next + 20000), 400, 3, viewer - SEC(1), MSEC(1));     // nowhere near
        feed((uint16_t)(next - 700), 400, 1, viewer + SEC(100 * i), MSEC(1)); // told long ago
    }
    CHECK(is_as(&before));
    loop_watch(&loop);
    loop_run(&loop, SEC(15));
    CHECK(loop.target_least > 4 * MBIT);
    loop_fini(&loop);
}

TEST(clocks_that_leap_change_little)
{
    loop_init(&loop, 1, &good, ESTIMATE_START_BPS);
    loop_run(&loop, SEC(5));
    loop_watch(&loop);
    for (unsigned i = 0; i < 10; i++) {
        loop.viewer_clock += i % 2 ? -SEC(500) : SEC(777);
        loop_run(&loop, loop.now + SEC(2));
    }
    CHECK(loop.target_least > 3 * MBIT);
    loop_fini(&loop);
}

TEST(deltas_that_overflow_make_no_nonsense)
{
    loop_init(&loop, 1, &good, ESTIMATE_START_BPS);
    for (unsigned i = 0; i < 300; i++) {
        loop.flows[0].silent = true;
        loop_run(&loop, loop.now + MSEC(100));
        const uint16_t base = (uint16_t)(loop.flows[0].seq - 10);
        feed(base, 10, 1, SEC(i % 7), i % 2 ? SEC(8) : -SEC(8));
        CHECK(loop_target(&loop) >= ESTIMATE_MIN_BPS && loop_target(&loop) <= ESTIMATE_MAX_BPS);
        CHECK(estimate_loss(loop.flows[0].estimate) <= 1);
    }
    loop_fini(&loop);
}

TEST(another_way_begins_anew_with_what_was_sent_on_the_old_forgotten)
{
    loop_init(&loop, 1, &good, ESTIMATE_START_BPS);
    loop_run(&loop, SEC(5));
    CHECK(loop_target(&loop) > 4 * MBIT);
    const uint16_t next = loop.flows[0].seq;
    estimate_path_changed(loop.flows[0].estimate, SEC(1) + loop.now);
    CHECK_EQ(loop_target(&loop), ESTIMATE_START_BPS);
    CHECK(!estimate_is_proven(loop.flows[0].estimate));
    const struct state before = state_now();
    feed((uint16_t)(next - 100), 100, 2, loop.viewer_clock + loop.now, MSEC(3));
    CHECK(is_as(&before));
    CHECK(loop_run_to_at_least(&loop, 4 * MBIT, SEC(10)) < SEC(7));
    loop_fini(&loop);

    loop_init(&loop, 1, &good, ESTIMATE_START_BPS);
    set_capacity(400000);
    loop_run(&loop, SEC(10));
    const uint32_t low = loop_target(&loop);
    CHECK(low < 500000);
    estimate_path_changed(loop.flows[0].estimate, SEC(1) + loop.now);
    CHECK(loop_target(&loop) <= low);
    loop_fini(&loop);
}

TEST(without_pictures_nothing_is_probed)
{
    loop_init(&loop, 1, &good, ESTIMATE_START_BPS);
    loop.flows[0].pictures = false;
    loop_run(&loop, SEC(20));
    CHECK_EQ(loop.flows[0].probes, 0);
    loop.flows[0].pictures = true;
    CHECK(loop_run_to_at_least(&loop, 4 * MBIT, SEC(30)) < SEC(22));
    CHECK(loop.flows[0].probes > 0);
    loop_fini(&loop);
}
