// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/rate_control_test.c - how the rate rises and falls with what the delay says.
#include "sfu/estimate/rate_control.h"

#include "sfu/estimate/estimate.h"
#include "support/check.h"

static struct rate_control control;
static usec now;

static void begin(double bps)
{
    now = SEC(5);
    rate_control_init(&control, bps, now);
}

// For so long, with feedback every 50 ms.
static void run(usec span, enum line_use use, double acked_bps, double filled_bps)
{
    for (usec end = now + span; now < end;) {
        now += MSEC(50);
        rate_control_update(
            &control, now,
            &(struct rate_control_news){
                .use = use, .acked_bps = acked_bps, .filled_bps = filled_bps, .rtt = MSEC(100)});
    }
}

static bool is_near(double bps, double wanted)
{
    return bps > 0.99 * wanted && bps < 1.01 * wanted;
}

TEST(a_normal_line_of_unknown_capacity_gives_eight_percent_a_second)
{
    begin(1e6);
    run(SEC(1) + MSEC(50), LINE_NORMAL, 2e6, 0); // the first only says that it is normal
    CHECK(is_near(control.bps, 1.08e6));
}

TEST(a_line_of_known_capacity_gives_a_little_a_second)
{
    begin(1e6);
    run(MSEC(100), LINE_OVERUSED, 1e6, 0);
    run(MSEC(100), LINE_UNDERUSED, 0.85e6, 0);
    const double before = control.bps;
    run(SEC(1) + MSEC(50), LINE_NORMAL, 0.85e6, 0);
    CHECK(control.bps > before + 4000);
    CHECK(control.bps < before + 30000);
}

TEST(what_is_not_used_does_not_grow)
{
    begin(1e6);
    run(SEC(10), LINE_NORMAL, 0.5e6, 0);
    CHECK(is_near(control.bps, 1e6));
    run(SEC(10), LINE_NORMAL, 0, 0); // nothing known to arrive
    CHECK(is_near(control.bps, 1e6));
}

TEST(overuse_leaves_a_bit_less_than_what_arrives)
{
    begin(1e6);
    run(MSEC(100), LINE_OVERUSED, 0.95e6, 0);
    CHECK(is_near(control.bps, 0.85 * 1e6)); // step by step
    run(MSEC(100), LINE_OVERUSED, 0.95e6, 0);
    CHECK(is_near(control.bps, 0.85 * 0.95e6 - 5000));
}

TEST(overuse_is_answered_once_a_round_trip)
{
    begin(4e6);
    run(MSEC(150), LINE_OVERUSED, 1e6, 0);
    CHECK(is_near(control.bps, 0.85 * 4e6));
    run(MSEC(50), LINE_OVERUSED, 1e6, 0);
    CHECK(is_near(control.bps, 0.85 * 0.85 * 4e6));
}

TEST(a_queue_that_fills_is_answered_at_once_and_all_the_way)
{
    begin(4e6);
    run(MSEC(50), LINE_OVERUSED, 3.5e6, 1e6);
    CHECK(is_near(control.bps, 0.75e6 - 5000));
    run(MSEC(50), LINE_OVERUSED, 1e6, 0.98e6); // not again
    CHECK(is_near(control.bps, 0.75e6 - 5000));
}

TEST(too_much_from_the_start_is_halved)
{
    begin(4e6);
    run(MSEC(450), LINE_OVERUSED, 0, 0);
    CHECK(is_near(control.bps, 1e6));
}

TEST(an_emptying_queue_holds)
{
    begin(1e6);
    run(SEC(2), LINE_UNDERUSED, 1e6, 0);
    CHECK(is_near(control.bps, 1e6));
}

TEST(a_probe_sets_the_rate_and_acknowledged_rates_do_not_cap_it)
{
    begin(1e6);
    rate_control_set(&control, 4e6, now);
    run(SEC(20), LINE_NORMAL, 0.3e6, 0);
    CHECK(is_near(control.bps, 4e6));
}

TEST(a_pause_is_not_time_to_grow)
{
    begin(1e6);
    run(MSEC(100), LINE_NORMAL, 1e6, 0);
    const double before = control.bps;
    now += SEC(30);
    rate_control_pause(&control, now);
    run(MSEC(50), LINE_NORMAL, 1e6, 0);
    CHECK(control.bps < before * 1.01);
}

TEST(what_a_probe_did_not_find_is_not_grown_into_for_ten_seconds)
{
    begin(1e6);
    rate_control_limit(&control, 1.1e6, now);
    run(SEC(9), LINE_NORMAL, 1.1e6, 0);
    CHECK(is_near(control.bps, 1.1e6));
    run(SEC(5), LINE_NORMAL, 1.2e6, 0);
    CHECK(control.bps > 1.2e6);
    rate_control_limit(&control, 0.5e6, now); // no reason to sink
    const double before = control.bps;
    run(SEC(5), LINE_NORMAL, 1.2e6, 0);
    CHECK(is_near(control.bps, before));
}

TEST(hardly_less_than_the_rate_is_a_small_step_back)
{
    begin(2e6);
    now += MSEC(200);
    rate_control_update(
        &control, now,
        &(struct rate_control_news){
            .use = LINE_OVERUSED, .acked_bps = 1.5e6, .recent_bps = 1.9e6, .rtt = MSEC(50)});
    CHECK(is_near(control.bps, 1.8e6));
}

TEST(the_rate_keeps_its_bounds)
{
    begin(ESTIMATE_MIN_BPS);
    run(SEC(3), LINE_OVERUSED, 1000, 500);
    CHECK(is_near(control.bps, ESTIMATE_MIN_BPS));
    begin(ESTIMATE_MAX_BPS);
    run(SEC(3), LINE_NORMAL, 5e7, 0);
    CHECK(is_near(control.bps, ESTIMATE_MAX_BPS));
}

TEST(capacity_far_from_what_arrives_is_forgotten)
{
    struct link_capacity capacity = {0};

    link_capacity_filled(&capacity, 1e6);
    link_capacity_filled(&capacity, 1.02e6);
    link_capacity_doubt_above(&capacity, 1.01e6);
    link_capacity_doubt_below(&capacity, 0.99e6);
    CHECK(is_near(capacity.kbps, 1001));
    link_capacity_doubt_below(&capacity, 0.8e6);
    CHECK(capacity.kbps <= 0);
    link_capacity_probed(&capacity, 1e6);
    link_capacity_probed(&capacity, 2e6);
    CHECK(is_near(capacity.kbps, 1500));
    link_capacity_doubt_above(&capacity, 3e6);
    CHECK(capacity.kbps <= 0);
}
