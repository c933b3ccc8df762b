// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/upstream_test.c - how often a member hears from us.
#include "sfu/upstream.h"

#include "sfu/compound.h"
#include "support/check.h"
#include "support/seat.h"

static struct seat seat;

TEST(a_thin_line_is_spared_our_reports)
{
    seat_open(&seat);
    struct member *m = seat.viewer;

    CHECK_EQ(upstream_report_interval(m), SEC(1));
    upstream_set_target(m, 99000);
    CHECK_EQ(upstream_report_interval(m), MSEC(2500));
    upstream_set_target(m, 110000); // not to and fro
    CHECK_EQ(upstream_report_interval(m), MSEC(2500));
    upstream_set_target(m, 130000);
    CHECK_EQ(upstream_report_interval(m), SEC(1));
    upstream_set_target(m, 110000);
    CHECK_EQ(upstream_report_interval(m), SEC(1));
    seat_close(&seat);
}

// Feedback packets of ten seconds in which a packet arrives every millisecond.
static unsigned told(uint32_t target_bps)
{
    unsigned packets = 0;

    seat_open(&seat);
    struct member *m = seat.viewer;
    upstream_set_target(m, target_bps);
    for (unsigned i = 0; i < 10000; i++, seat.now += MSEC(1)) {
        arrivals_add(&m->arrivals, seat.now, (uint16_t)i, 1000);
        if (seat.now < upstream_deadline(m))
            continue;
        struct compound to = compound_for(m, seat.out);
        upstream_tick(m, seat.now, &to);
        compound_send(&to);
        packets += (unsigned)outbox_count(seat.out);
        outbox_clear(seat.out);
    }
    seat_close(&seat);
    return packets;
}

TEST(feedback_is_frequent_on_a_good_line_and_rare_on_a_thin_one)
{
    const unsigned good = told(1000000);
    const unsigned thin = told(60000);

    CHECK(good > 150 && good <= 210);
    CHECK(thin >= 38 && thin <= 42);
}
