// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/packet_groups_test.c - which packets are one group, and how far groups lie apart.
#include "sfu/estimate/packet_groups.h"

#include "support/check.h"

static struct packet_groups groups;
static struct packet_delta delta;

static void begin(void)
{
    groups = (struct packet_groups){0};
}

static bool add(usec sent_at, usec arrival)
{
    return packet_groups_add(&groups, SEC(100) + arrival, sent_at, arrival, &delta);
}

TEST(the_third_group_tells_how_the_first_two_lay_apart)
{
    begin();
    CHECK(!add(MSEC(0), MSEC(50)));
    CHECK(!add(MSEC(20), MSEC(72)));
    CHECK(add(MSEC(40), MSEC(95)));
    CHECK_EQ(delta.sent, MSEC(20));
    CHECK_EQ(delta.arrival, MSEC(22));
    CHECK(add(MSEC(60), MSEC(120)));
    CHECK_EQ(delta.arrival, MSEC(23));
}

TEST(packets_sent_within_five_milliseconds_are_one_group)
{
    begin();
    CHECK(!add(MSEC(0), MSEC(50)));
    CHECK(!add(MSEC(2), MSEC(60)));
    CHECK(!add(MSEC(5), MSEC(70)));
    CHECK(!add(MSEC(20), MSEC(80)));
    CHECK(add(MSEC(40), MSEC(100)));
    CHECK_EQ(delta.sent, MSEC(15)); // from the last packet of one to the last of the other
    CHECK_EQ(delta.arrival, MSEC(10));
}

TEST(packets_that_come_in_one_burst_are_one_group)
{
    begin();
    CHECK(!add(MSEC(0), MSEC(90)));
    CHECK(!add(MSEC(20), MSEC(92)));
    CHECK(!add(MSEC(40), MSEC(94)));
    CHECK(!add(MSEC(60), MSEC(110)));
    CHECK(add(MSEC(80), MSEC(130)));
    CHECK_EQ(delta.sent, MSEC(20));
    CHECK_EQ(delta.arrival, MSEC(16));
}

TEST(a_burst_does_not_last_for_ever)
{
    unsigned deltas = 0;

    begin();
    for (unsigned i = 0; i < 100; i++)
        deltas += add(MSEC(20 * i), MSEC(3 * i));
    CHECK_EQ(deltas, 1); // 34 packets in 100 ms each
    CHECK_EQ(delta.arrival, MSEC(102));
}

TEST(a_packet_from_before_the_group_is_ignored)
{
    begin();
    CHECK(!add(MSEC(0), MSEC(50)));
    CHECK(!add(MSEC(20), MSEC(70)));
    CHECK(!add(MSEC(10), MSEC(90)));
    CHECK(add(MSEC(40), MSEC(95)));
    CHECK_EQ(delta.sent, MSEC(20));
    CHECK_EQ(delta.arrival, MSEC(20));
}

TEST(a_leap_of_arrivals_begins_anew)
{
    begin();
    CHECK(!add(MSEC(0), MSEC(50)));
    CHECK(!packet_groups_add(&groups, SEC(100), MSEC(20), SEC(3) + MSEC(50), &delta));
    CHECK(!packet_groups_add(&groups, SEC(100), MSEC(40), SEC(3) + MSEC(70), &delta));
    CHECK(!packet_groups_add(&groups, SEC(100), MSEC(60), SEC(3) + MSEC(90), &delta));
    CHECK(packet_groups_add(&groups, SEC(100), MSEC(80), SEC(3) + MSEC(110), &delta));
    CHECK_EQ(delta.arrival, MSEC(20));
}

TEST(three_groups_that_arrive_backwards_begin_anew)
{
    begin();
    CHECK(!add(MSEC(0), MSEC(500)));
    for (unsigned i = 1; i <= 4; i++) { // the last of each group came before all
        CHECK(groups.has_current);
        CHECK(!add(MSEC(20 * i), MSEC(500 + 100 * i)));
        CHECK(!add(MSEC(20 * i + 1), MSEC(500 - 30 * i)));
    }
    CHECK(!groups.has_previous);
}
