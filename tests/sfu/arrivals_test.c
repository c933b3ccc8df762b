// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/arrivals_test.c - every packet is reported, once, in good time.
#include "sfu/arrivals.h"

#include "base/mem.h"
#include "support/check.h"
#include "support/random.h"

#include <string.h>

static struct arrivals arrivals;
static struct transport_cc_fields fields;
static const struct transport_cc_arrival *list;

static void begin(void)
{
    arrivals_fini(&arrivals);
}

TEST(the_first_report_comes_after_100_ms)
{
    begin();
    CHECK_EQ(arrivals_deadline(&arrivals), USEC_NEVER);
    CHECK_EQ(arrivals_take(&arrivals, SEC(1), &fields, &list), 0);
    arrivals_add(&arrivals, SEC(1), 65535, 1000);
    arrivals_add(&arrivals, SEC(1) + MSEC(10), 0, 1000);
    CHECK_EQ(arrivals_deadline(&arrivals), SEC(1) + MSEC(100));
    CHECK_EQ(arrivals_take(&arrivals, SEC(1) + MSEC(100), &fields, &list), 2);
    CHECK_EQ(fields.base, 65535);
    CHECK_EQ(fields.feedback_seq, 0);
    CHECK_EQ(list[0].seq, 65535);
    CHECK_EQ(list[1].seq, 0);
    CHECK_EQ(list[1].at, SEC(1) + MSEC(10));
    arrivals_reported(&arrivals, 2);
    CHECK_EQ(arrivals_deadline(&arrivals), USEC_NEVER);
}

TEST(a_report_begins_where_the_last_one_ended)
{
    begin();
    arrivals_add(&arrivals, SEC(1), 10, 1000);
    CHECK_EQ(arrivals_take(&arrivals, SEC(2), &fields, &list), 1);
    arrivals_reported(&arrivals, 1);
    arrivals_add(&arrivals, SEC(2), 14, 1000); // 11 to 13 are lost
    CHECK_EQ(arrivals_take(&arrivals, SEC(3), &fields, &list), 1);
    CHECK_EQ(fields.base, 11);
    CHECK_EQ(fields.feedback_seq, 1);
}

TEST(reordered_packets_are_reported_in_order_and_duplicates_once)
{
    begin();
    arrivals_add(&arrivals, SEC(1), 10, 100);
    arrivals_add(&arrivals, SEC(1) + 1, 13, 100);
    arrivals_add(&arrivals, SEC(1) + 2, 11, 100);
    arrivals_add(&arrivals, SEC(1) + 3, 13, 100);
    CHECK_EQ(arrivals_take(&arrivals, SEC(2), &fields, &list), 3);
    CHECK_EQ(list[1].seq, 11);
    CHECK_EQ(list[2].seq, 13);
    CHECK_EQ(list[2].at, SEC(1) + 1);
}

TEST(what_comes_after_its_neighbours_were_reported_is_reported_alone)
{
    begin();
    for (uint16_t seq = 10; seq < 20; seq++)
        if (seq != 12 && seq != 13 && seq != 16)
            arrivals_add(&arrivals, SEC(1), seq, 100);
    CHECK_EQ(arrivals_take(&arrivals, SEC(2), &fields, &list), 7);
    arrivals_reported(&arrivals, 7);
    arrivals_add(&arrivals, SEC(2), 20, 100);
    arrivals_add(&arrivals, SEC(2), 16, 100);
    arrivals_add(&arrivals, SEC(2), 13, 100);
    arrivals_add(&arrivals, SEC(2), 12, 100);
    CHECK_EQ(arrivals_take(&arrivals, SEC(3), &fields, &list), 2);
    CHECK_EQ(fields.base, 12);
    arrivals_reported(&arrivals, 2);
    CHECK_EQ(arrivals_take(&arrivals, SEC(3), &fields, &list), 1);
    CHECK_EQ(fields.base, 16);
    arrivals_reported(&arrivals, 1);
    CHECK_EQ(arrivals_take(&arrivals, SEC(3), &fields, &list), 1);
    CHECK_EQ(fields.base, 20);
    CHECK_EQ(fields.feedback_seq, 3);
}

// Sends packets of `bytes` every 10 ms for 5 s and returns the shortest and longest pauses
// between reports in the last second.
static void measure(uint32_t bytes, usec *shortest, usec *longest)
{
    usec last = 0;

    begin();
    *shortest = USEC_NEVER;
    *longest = 0;
    for (usec now = SEC(1); now < SEC(6); now += MSEC(1)) {
        if (now % MSEC(10) == 0)
            arrivals_add(&arrivals, now, (uint16_t)(now / MSEC(10)), bytes);
        if (now < arrivals_deadline(&arrivals))
            continue;
        arrivals_reported(&arrivals, arrivals_take(&arrivals, now, &fields, &list));
        if (now > SEC(5)) {
            *shortest = usec_min(*shortest, now - last);
            *longest = now - last > *longest ? now - last : *longest;
        }
        last = now;
    }
}

TEST(reports_come_more_often_the_more_arrives_within_limits)
{
    usec shortest;
    usec longest;

    measure(40, &shortest, &longest); // 32 kbit/s
    CHECK(shortest >= MSEC(240) && longest <= MSEC(260));
    measure(2500, &shortest, &longest); // 2 Mbit/s
    CHECK(shortest >= MSEC(50) && longest <= MSEC(65));
    measure(125, &shortest, &longest); // 100 kbit/s: 68 bytes in 5 % of it
    CHECK(shortest >= MSEC(100) && longest <= MSEC(125));
}

TEST(one_who_is_to_spare_the_line_reports_every_250_ms)
{
    begin();
    arrivals.sparing = true;
    for (usec now = SEC(1); now < SEC(2); now += MSEC(1)) {
        arrivals_add(&arrivals, now, (uint16_t)(now / MSEC(1)), 1000); // 8 Mbit/s, in one burst
        if (now < arrivals_deadline(&arrivals))
            continue;
        CHECK(now == SEC(1) + MSEC(100) || now - arrivals.last_feedback >= MSEC(250));
        arrivals_reported(&arrivals, arrivals_take(&arrivals, now, &fields, &list));
    }
    CHECK(arrivals.feedback_seq >= 3 && arrivals.feedback_seq <= 5);
}

// 300 kbit/s in single packets until `from`, all reported then.
static uint16_t run_evenly(usec from)
{
    uint16_t seq = 0;

    begin();
    for (usec now = SEC(1); now <= from; now += MSEC(20)) {
        arrivals_add(&arrivals, now, seq++, 750);
        if (now >= arrivals_deadline(&arrivals))
            arrivals_reported(&arrivals, arrivals_take(&arrivals, now, &fields, &list));
    }
    arrivals_reported(&arrivals, arrivals_take(&arrivals, from, &fields, &list));
    return seq;
}

TEST(a_probe_is_reported_as_soon_as_it_ended)
{
    const usec from = SEC(5);
    uint16_t seq = run_evenly(from);
    usec now = from + MSEC(1);

    for (int i = 0; i < 6; i++, now += MSEC(3)) // 900 kbit/s
        arrivals_add(&arrivals, now, seq++, 340);
    const usec last = now - MSEC(3);
    CHECK_EQ(arrivals_deadline(&arrivals), last + MSEC(12));
    CHECK_EQ(arrivals_take(&arrivals, last + MSEC(12), &fields, &list), 6);
    arrivals_reported(&arrivals, 6);
    arrivals_add(&arrivals, last + MSEC(20), seq, 750); // and then as ever
    CHECK(arrivals_deadline(&arrivals) >= last + MSEC(70));
}

TEST(a_burst_that_does_not_end_is_reported_all_the_same)
{
    const usec from = SEC(5);
    uint16_t seq = run_evenly(from);
    usec now = from + MSEC(1);

    for (; now < arrivals_deadline(&arrivals); now += MSEC(2))
        arrivals_add(&arrivals, now, seq++, 1200);
    CHECK(now <= from + MSEC(52));
    arrivals_reported(&arrivals, arrivals_take(&arrivals, now, &fields, &list));
    const usec told = now;
    for (now += MSEC(2); now < arrivals_deadline(&arrivals); now += MSEC(2))
        arrivals_add(&arrivals, now, seq++, 1200);
    CHECK(now >= told + MSEC(50)); // as often as 5 % allow, not more
}

TEST(even_media_is_no_burst)
{
    run_evenly(SEC(4));
    CHECK_EQ(arrivals.burst_told, 0);
    CHECK_EQ(arrivals.burst_due, 0);
}

TEST(a_nearly_full_list_is_due_at_once)
{
    begin();
    for (uint16_t seq = 0; seq < ARRIVALS_PENDING - ARRIVALS_PENDING / 8; seq++)
        arrivals_add(&arrivals, SEC(1), seq, 1000);
    CHECK_EQ(arrivals_deadline(&arrivals), SEC(1));
}

TEST(a_list_nobody_takes_stays_within_its_bounds)
{
    begin();
    for (unsigned seq = 0; seq < 5000; seq++)
        arrivals_add(&arrivals, SEC(1), (uint16_t)seq, 1000);
    CHECK_EQ(arrivals_take(&arrivals, SEC(1), &fields, &list), ARRIVALS_PENDING);
}

TEST(a_sender_that_counts_anew_is_reported_from_there)
{
    begin();
    arrivals_add(&arrivals, SEC(1), 10, 1000);
    arrivals_add(&arrivals, SEC(1), 40000, 1000);
    CHECK_EQ(arrivals_take(&arrivals, SEC(2), &fields, &list), 1);
    CHECK_EQ(fields.base, 40000);
}

TEST(every_packet_of_a_rough_path_is_reported_once)
{
    struct random random = random_seeded(21);
    static uint8_t arrived[65536];
    static uint8_t reported[65536];
    uint16_t newest = 60000;
    unsigned count = 0;

    begin();
    memset(arrived, 0, sizeof arrived);
    memset(reported, 0, sizeof reported);
    for (usec now = SEC(1); now < SEC(21); now += MSEC(1)) {
        newest++;
        for (int i = 0; i < 2; i++) {
            const uint16_t seq = (uint16_t)(newest - (i ? random_below(&random, 400) : 0));
            if (arrived[seq] || random_chance(&random, 100000) || seq < 100 || now > SEC(20))
                continue;
            arrived[seq] = 1;
            arrivals_add(&arrivals, now, seq, 800);
        }
        if (now < arrivals_deadline(&arrivals))
            continue;
        size_t got;
        while ((got = arrivals_take(&arrivals, now, &fields, &list)) > 0) {
            CHECK((int16_t)(uint16_t)(list[0].seq - fields.base) >= 0);
            got = 1 + random_below(&random, got); // as many as fit
            for (size_t i = 0; i < got; i++) {
                CHECK(arrived[list[i].seq]);
                CHECK(!reported[list[i].seq]);
                reported[list[i].seq] = 1;
                count++;
            }
            arrivals_reported(&arrivals, got);
        }
    }
    CHECK(count > 15000);
    CHECK_BYTES(reported, arrived, sizeof reported);
}

TEST(who_sends_nothing_needs_no_memory_and_without_it_nothing_is_told)
{
    begin();
    const size_t before = mem_allocations();
    CHECK_EQ(arrivals_take(&arrivals, SEC(1), &fields, &list), 0);
    arrivals_begin(&arrivals);
    CHECK_EQ(mem_allocations(), before);
    mem_fail_at(1);
    arrivals_add(&arrivals, SEC(1), 10, 1000);
    mem_fail_at(0);
    CHECK_EQ(arrivals_deadline(&arrivals), USEC_NEVER);
    arrivals_add(&arrivals, SEC(1), 11, 1000);
    CHECK_EQ(arrivals_take(&arrivals, SEC(2), &fields, &list), 1);
    CHECK_EQ(fields.base, 11);
    begin();
}
