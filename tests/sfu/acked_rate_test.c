// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/acked_rate_test.c - what arrives is followed, at a pace that single samples cannot upset.
#include "sfu/estimate/acked_rate.h"

#include "support/check.h"

static struct acked_rate acked;
static usec arrival;

static void begin(void)
{
    acked = (struct acked_rate){0};
    arrival = SEC(4);
}

// So many packets of 1250 bytes, 10 ms apart for 1 Mbit/s.
static void add(unsigned count, usec apart)
{
    for (unsigned i = 0; i < count; i++) {
        arrival += apart;
        acked_rate_add(&acked, arrival, 1250);
    }
}

static bool is_near(double bps, double wanted)
{
    return bps > 0.9 * wanted && bps < 1.1 * wanted;
}

TEST(half_a_second_makes_the_first_estimate)
{
    begin();
    add(49, MSEC(10));
    CHECK(acked.bps <= 0);
    add(3, MSEC(10));
    CHECK(is_near(acked.bps, 1e6));
}

TEST(a_steady_rate_is_met)
{
    begin();
    add(400, MSEC(10));
    CHECK(is_near(acked.bps, 1e6));
}

TEST(one_odd_sample_counts_little_and_a_lasting_change_is_followed)
{
    begin();
    add(400, MSEC(10));
    add(150, MSEC(1)); // one window of 10 Mbit/s
    add(15, MSEC(10));
    CHECK(acked.bps < 2e6);
    add(1000, MSEC(4));
    CHECK(is_near(acked.bps, 2.5e6));
    add(200, MSEC(10));
    CHECK(is_near(acked.bps, 1e6));
}

TEST(a_pause_does_not_count_as_a_low_rate)
{
    begin();
    add(400, MSEC(10));
    arrival += SEC(20);
    add(2, MSEC(10));
    CHECK(is_near(acked.bps, 1e6));
}

TEST(missing_reports_do_not_count_as_a_low_rate)
{
    begin();
    add(400, MSEC(10));
    for (unsigned i = 0; i < 20; i++) {
        add(3, MSEC(10));
        arrival += MSEC(100);
        acked_rate_skip(&acked);
    }
    add(20, MSEC(10));
    CHECK(is_near(acked.bps, 1e6));
}

TEST(times_that_go_back_do_no_harm)
{
    begin();
    add(400, MSEC(10));
    for (unsigned i = 0; i < 100; i++) {
        arrival -= MSEC(3) * (i % 3);
        add(1, MSEC(10));
    }
    CHECK(acked.bps > 0.8e6 && acked.bps < 1.7e6);
    arrival = MSEC(5);
    add(400, MSEC(10));
    CHECK(is_near(acked.bps, 1e6));
}

TEST(what_is_known_now_can_be_set)
{
    begin();
    add(400, MSEC(1));
    acked_rate_set(&acked, 1e6);
    CHECK(is_near(acked.bps, 1e6));
    add(100, MSEC(10));
    CHECK(is_near(acked.bps, 1e6));
}
