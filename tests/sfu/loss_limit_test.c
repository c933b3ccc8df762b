// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/loss_limit_test.c - loss that grows with the rate sets a limit, loss that is always there does not.
#include "sfu/estimate/loss_limit.h"

#include "sfu/estimate/estimate.h"
#include "support/check.h"
#include "support/random.h"

static struct loss_limit limit;
static struct random chance;
static usec now;

static void begin(uint64_t seed)
{
    loss_limit_init(&limit);
    chance = random_seeded(seed);
    now = SEC(7);
}

static double allowed(double delay_bps)
{
    const double bps = loss_limit_bps(&limit);

    return bps < delay_bps ? bps : delay_bps;
}

// For so long, at what is allowed, over a line that carries `capacity` and loses some of the rest.
static void run(usec span, double delay_bps, double capacity_bps, double inherent)
{
    usec feedback = now;

    for (usec end = now + span; now < end;) {
        const double rate = allowed(delay_bps);
        const double over = rate > capacity_bps ? 1 - capacity_bps / rate : 0;
        const double loss = inherent + (1 - inherent) * over;
        loss_limit_report(&limit, now, 1200, random_chance(&chance, (uint32_t)(loss * 1e6)));
        now += (usec)(1200 * 8e6 / rate);
        if (now - feedback < MSEC(75))
            continue;
        feedback = now;
        loss_limit_update(&limit, now,
                          &(struct loss_limit_news){.delay_bps = delay_bps,
                                                    .acked_bps = rate * (1 - loss),
                                                    .target_bps = rate});
    }
}

TEST(without_loss_there_is_no_limit)
{
    begin(1);
    run(SEC(20), 3e6, 9e6, 0);
    CHECK(loss_limit_bps(&limit) >= ESTIMATE_MAX_BPS);
    CHECK_EQ(limit.state, LOSS_IS_NO_LIMIT);
}

TEST(random_loss_of_five_percent_is_no_limit)
{
    for (uint64_t seed = 1; seed <= 5; seed++) {
        begin(seed);
        run(SEC(60), 2.5e6, 9e6, 0.05);
        CHECK(allowed(2.5e6) > 2e6);
        CHECK(limit.inherent > 0.03 && limit.inherent < 0.08);
    }
}

TEST(a_line_that_drops_what_is_too_much_limits_to_about_what_it_carries)
{
    for (uint64_t seed = 1; seed <= 5; seed++) {
        begin(seed);
        run(SEC(5), 4e6, 9e6, 0);
        CHECK(allowed(4e6) > 3.9e6);
        run(SEC(2), 4e6, 1e6, 0);
        CHECK(allowed(4e6) < 1.4e6);
        CHECK(allowed(4e6) > 0.5e6);
        run(SEC(20), 4e6, 1e6, 0);
        CHECK(allowed(4e6) < 1.35e6);
        CHECK(allowed(4e6) > 0.7e6);
    }
}

TEST(the_limit_rises_again_when_the_loss_is_gone)
{
    begin(2);
    run(SEC(5), 4e6, 1e6, 0);
    CHECK(allowed(4e6) < 1.5e6);
    run(SEC(15), 4e6, 9e6, 0);
    CHECK(allowed(4e6) > 3.5e6);
}

TEST(heavy_random_loss_caps_the_rate_without_a_cliff)
{
    begin(3);
    run(SEC(5), 3e6, 9e6, 0);
    run(MSEC(600), 3e6, 9e6, 0.2);
    CHECK(allowed(3e6) > 1e6);
    run(SEC(20), 3e6, 9e6, 0.2);
    CHECK(allowed(3e6) < 0.9e6);
    CHECK(allowed(3e6) > 0.3e6);
}

TEST(the_first_observations_follow_the_simple_rule)
{
    begin(4);
    for (unsigned i = 0; i < 30; i++)
        loss_limit_report(&limit, now + MSEC(10 * i), 1200, i % 2);
    const struct loss_limit_news news = {.delay_bps = 2e6, .acked_bps = 1e6, .target_bps = 2e6};
    loss_limit_update(&limit, now + MSEC(400), &news);
    CHECK(loss_limit_bps(&limit) > 1.49e6 && loss_limit_bps(&limit) < 1.51e6);
    for (unsigned i = 30; i < 60; i++) // sent before that was known
        loss_limit_report(&limit, now + MSEC(10 * i), 1200, i % 2);
    loss_limit_update(&limit, now + MSEC(700), &news);
    CHECK(loss_limit_bps(&limit) > 1.49e6);
}

TEST(few_packets_are_no_observation_of_the_simple_rule)
{
    begin(5);
    for (unsigned i = 0; i < 15; i++)
        loss_limit_report(&limit, now + MSEC(20 * i), 1200, true);
    loss_limit_update(&limit, now + MSEC(400),
                      &(struct loss_limit_news){.delay_bps = 2e6, .target_bps = 2e6});
    CHECK(loss_limit_bps(&limit) >= ESTIMATE_MAX_BPS);
}

TEST(packets_that_were_only_late_are_not_lost)
{
    begin(6);
    for (unsigned i = 0; i < 2000; i++) {
        loss_limit_report(&limit, now, 1200, i % 4 == 0);
        if (i % 4 == 3)
            loss_limit_found(&limit, 1200);
        now += MSEC(5);
        if (i % 20 == 19)
            loss_limit_update(
                &limit, now,
                &(struct loss_limit_news){.delay_bps = 2e6, .acked_bps = 1.9e6, .target_bps = 2e6});
    }
    CHECK(loss_limit_mean(&limit, 1e9) < 0.01);
    CHECK(loss_limit_bps(&limit) >= ESTIMATE_MAX_BPS);
}

TEST(what_a_probe_proved_lifts_the_limit)
{
    begin(7);
    run(SEC(5), 4e6, 1e6, 0);
    CHECK(allowed(4e6) < 1.5e6);
    limit.cap_bps = ESTIMATE_MAX_BPS;
    loss_limit_raise(&limit, 2e6);
    CHECK(allowed(4e6) > 1.99e6 && allowed(4e6) < 2.01e6);
    loss_limit_raise(&limit, 1e6);
    CHECK(allowed(4e6) > 1.99e6);
}

TEST(everything_lost_and_nothing_sent_make_no_nonsense)
{
    begin(8);
    for (unsigned i = 0; i < 200; i++) {
        loss_limit_report(&limit, now, 0, i % 2);
        now += MSEC(10);
        loss_limit_update(&limit, now, &(struct loss_limit_news){0});
        CHECK(loss_limit_bps(&limit) >= 0);
    }
    begin(9);
    for (unsigned i = 0; i < 2000; i++) {
        loss_limit_report(&limit, now, 1200, true);
        now += MSEC(10);
        loss_limit_update(&limit, now,
                          &(struct loss_limit_news){.delay_bps = 1e6, .target_bps = 1e6});
    }
    CHECK(loss_limit_bps(&limit) > 0 && loss_limit_bps(&limit) < 0.2e6);
}
