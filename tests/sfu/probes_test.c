// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/probes_test.c - when a line is probed, how far, and what is made of it.
#include "sfu/estimate/probes.h"

#include "support/check.h"

static struct probes probes;
static struct probes_view view;
static struct probe_order order;
static usec now;

static void begin(void)
{
    now = SEC(10);
    probes = (struct probes){0};
    view = (struct probes_view){
        .demand = {.sending = 500000, .next = 1000000, .most = 4000000, .pictures = true},
        .target_bps = 1e6};
}

static bool take(void)
{
    probes_consider(&probes, now, &view);
    return probes_take(&probes, &order);
}

// Sends what was ordered over 15 ms; it arrives, or that share of it, at this rate. Returns the result or 0.
static double answer(double sent_bps, double arrived_bps, double share)
{
    static int64_t number = 100;
    const unsigned count =
        order.bytes / 1000 + 1 > order.packets ? order.bytes / 1000 + 1 : order.packets;
    const unsigned arriving = (unsigned)(share * count);
    double bps = 0;

    for (unsigned i = 0; i < count; i++) {
        const usec sent_at = now + (usec)(i * 8e9 / sent_bps);
        probe_cluster_sent(&probes.cluster, sent_at, number + i, 1000, order.number);
    }
    for (unsigned i = 0; i < count; i++) {
        const usec sent_at = now + (usec)(i * 8e9 / sent_bps);
        probe_cluster_told(&probes.cluster, order.number);
        if (i < arriving)
            probe_cluster_arrived(&probes.cluster, number + i, sent_at,
                                  SEC(99) + (usec)(i * 8e9 / arrived_bps), 1000, order.number);
    }
    number += count;
    now += MSEC(100);
    return probes_result(&probes, now, &view, number - 1, 0, &bps) ? bps : 0;
}

static bool is_near(double bps, double wanted)
{
    return bps > 0.98 * wanted && bps < 1.02 * wanted;
}

TEST(the_first_probe_is_at_three_times_the_start_and_goes_on_while_it_goes_well)
{
    begin();
    CHECK(take());
    CHECK_EQ(order.rate_bps, 3000000);
    CHECK_EQ(order.packets, 5);
    CHECK_EQ(order.bytes, 3000000 / 8 * 15 / 1000);
    CHECK(!take()); // one at a time
    CHECK(is_near(answer(3e6, 3e6, 1), 3e6));
    view.target_bps = 3e6;
    const uint8_t first = order.number;
    CHECK(take());
    CHECK_EQ(order.rate_bps, 6000000);
    CHECK(order.number != first);
    CHECK(is_near(answer(6e6, 5e6, 1), 0.95 * 5e6)); // the line was full
}

TEST(a_probe_near_the_target_lasts_longer)
{
    begin();
    view.target_bps = 1e6;
    view.demand.next = 1000000;
    CHECK(take());
    answer(3e6, 1e6, 1);
    view.demand.next = 1200000;
    now += SEC(60);
    CHECK(take());
    CHECK_EQ(order.rate_bps, 1440000); // 44 % over: 45 ms fill a queue of 20 ms
    CHECK(order.bytes > 1440000 / 8 * 44 / 1000 && order.bytes < 1440000 / 8 * 47 / 1000);
    answer(1.44e6, 1e6, 1);
    view.target_bps = 1.2e6;
    now += SEC(60);
    CHECK(take());
    CHECK_EQ(order.bytes, 1440000 / 8 * 60 / 1000);
}

TEST(a_probe_that_went_badly_is_not_gone_on_with)
{
    begin();
    CHECK(take());
    CHECK(is_near(answer(3e6, 1e6, 1), 0.95e6));
    now += MSEC(300);
    view.demand.next = view.demand.sending;
    CHECK(!take());
}

TEST(a_probe_that_changed_nothing_is_not_repeated)
{
    begin();
    CHECK(take());
    CHECK(is_near(answer(3e6, 3e6, 1), 3e6)); // and yet the target stays, as loss may hold it down
    CHECK(!take());
    now += SEC(1);
    CHECK(!take());
}

TEST(nothing_is_probed_without_pictures_wishes_or_peace)
{
    begin();
    view.demand.pictures = false;
    CHECK(!take());
    view.demand.pictures = true;
    view.demand.most = 0;
    CHECK(!take());
    view.demand.most = 4000000;
    view.troubled = true;
    CHECK(!take());
    CHECK_EQ(probes_deadline(&probes, &view), USEC_NEVER);
    view.troubled = false;
    CHECK(take());
}

TEST(a_probe_reaches_no_further_than_twice_all_wishes_and_three_times_the_target)
{
    begin();
    view.demand.most = 1200000;
    CHECK(take());
    CHECK_EQ(order.rate_bps, 2400000);
    begin();
    view.target_bps = 2e5;
    CHECK(take());
    CHECK_EQ(order.rate_bps, 600000);
}

// Past the first probe, and content.
static void begin_later(void)
{
    begin();
    CHECK(take());
    answer(3e6, 1e6, 1);
    view.demand.next = view.demand.sending;
    now += SEC(60);
    CHECK(!take());
}

TEST(a_wish_that_does_not_fit_is_probed_for_at_once_and_again_every_two_seconds)
{
    begin_later();
    CHECK_EQ(probes_deadline(&probes, &view), USEC_NEVER);
    view.demand.next = 1500000;
    CHECK(take());
    CHECK_EQ(order.rate_bps, 1800000);
    answer(1.8e6, 1e6, 1);
    CHECK(!take());
    CHECK_EQ(probes_deadline(&probes, &view), now + SEC(2));
    now += SEC(2);
    CHECK(take());
}

TEST(what_fits_is_not_probed_for)
{
    begin_later();
    view.demand.next = 1500000;
    view.target_bps = 1.7e6;
    CHECK(!take());
}

TEST(with_room_to_spare_and_wishes_left_the_line_is_probed_every_five_seconds)
{
    begin_later();
    view.target_bps = 1.7e6;
    view.demand.next = 1500000;
    view.app_limited = true;
    CHECK(take());
    CHECK_EQ(order.rate_bps, 3400000);
    answer(3.4e6, 2e6, 1);
    now += SEC(4) + MSEC(999);
    CHECK(!take());
    now += MSEC(1);
    CHECK(take());
}

TEST(a_thin_line_is_probed_seldom)
{
    begin_later();
    view.target_bps = 60000;
    view.demand =
        (struct estimate_demand){.sending = 0, .next = 150000, .most = 300000, .pictures = true};
    CHECK(take());
    answer(180e3, 50e3, 1);
    now += SEC(10);
    CHECK(!take());
    now += SEC(4);
    CHECK(take());
}

TEST(a_deep_fall_is_doubted_by_one_probe)
{
    begin_later();
    view.target_bps = 1e6;
    probes_fallen(&probes, now, 3e6, 1e6);
    CHECK_EQ(probes_deadline(&probes, &view), now + SEC(1));
    now += MSEC(999);
    CHECK(!take());
    now += MSEC(1);
    CHECK(take());
    CHECK_EQ(order.rate_bps, 2550000);
    answer(2.55e6, 1e6, 1);
    now += SEC(10);
    CHECK(!take());
}

TEST(a_small_fall_is_not_doubted)
{
    begin_later();
    probes_fallen(&probes, now, 1.2e6, 1e6);
    now += SEC(2);
    CHECK(!take());
}

TEST(steps_up_that_go_wrong_make_pauses_longer)
{
    begin_later();
    view.demand.next = 4000000;
    view.target_bps = 2e6;
    CHECK(take());
    for (unsigned i = 0; i < 3; i++) {
        answer(4.8e6, 2e6, 1);
        probes_raised(&probes, now, false);
        probes_fallen(&probes, now + SEC(1), 3e6, 2.5e6);
        now += SEC(2);
        CHECK_EQ(take(), i == 0); // then 4 seconds, then 8
        if (i > 0) {
            now += SEC(2) << i;
            CHECK(take());
        }
    }
}

TEST(a_step_taken_carefully_is_followed_by_the_next_when_it_was_seen_to_hold)
{
    begin_later();
    view.demand.next = 4000000;
    CHECK(take());
    answer(3e6, 3e6, 1);
    probes.further = 0;
    probes_raised(&probes, now, true);
    view.target_bps = 1.5e6;
    CHECK(!take());
    now += MSEC(250);
    CHECK(take());
}

TEST(a_probe_nobody_answers_ends_after_a_second)
{
    begin();
    CHECK(take());
    CHECK_EQ(probes_deadline(&probes, &view), now + SEC(1));
    now += MSEC(999);
    probes_tick(&probes, now);
    CHECK(probes.running);
    now += MSEC(1);
    probes_tick(&probes, now);
    CHECK(!probes.running);
}

TEST(what_cannot_be_meant_is_no_result)
{
    begin();
    CHECK(take());
    CHECK(answer(3e6, 9e6, 1) <= 0); // held up, then all at once
    begin();
    CHECK(take());
    probes.found = true;
    CHECK(answer(3e6, 3e6, 0.7) <= 0); // too few arrived
    begin();
    CHECK(take());
    CHECK(is_near(answer(3e6, 0.5e6, 0.7), 0.475e6)); // the first of all says how little came
}

TEST(other_packets_in_between_count_but_do_not_prove_more_than_was_ordered)
{
    struct probe_cluster cluster;
    const struct probe_order one = {.number = 9, .rate_bps = 2000000, .bytes = 3750, .packets = 5};

    probe_cluster_begin(&cluster, SEC(1), &one);
    for (int i = 0; i < 5; i++)
        probe_cluster_sent(&cluster, SEC(1) + MSEC(3 * i), 100 + 2 * i, 750, 9);
    for (int i = 0; i < 9; i++)
        probe_cluster_arrived(&cluster, 100 + i, SEC(1) + MSEC(3) * i / 2, MSEC(3) * i / 2, 750,
                              i % 2 ? 0 : 9);
    CHECK(is_near(probe_cluster_bps(&cluster, 0), 2e6));
    probe_cluster_begin(&cluster, SEC(1), &one);
    for (int i = 0; i < 5; i++)
        probe_cluster_sent(&cluster, SEC(1) + MSEC(3 * i), 100 + 2 * i, 750, 9);
    for (int i = 0; i < 9; i++)
        probe_cluster_arrived(&cluster, 100 + i, SEC(1) + MSEC(3) * i / 2, MSEC(4) * i, 750,
                              i % 2 ? 0 : 9);
    CHECK(is_near(probe_cluster_bps(&cluster, 0), 0.95 * 1.5e6)); // 750 bytes each 4 ms
}
