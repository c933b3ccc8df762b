// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/nack_test.c - what is asked for, how often, and when it is given up.
#include "sfu/nack.h"

#include "support/check.h"
#include "support/random.h"

#include <string.h>

#define RTT MSEC(100)

static struct nack nack;
static uint16_t asked[2000];

static void begin(uint16_t seq)
{
    memset(&nack, 0, sizeof nack);
    nack_received(&nack, SEC(1), seq);
}

static size_t due(usec now)
{
    return nack_due(&nack, now, RTT, asked, 2000);
}

TEST(without_gaps_nothing_is_asked_for)
{
    begin(65000);
    for (unsigned i = 1; i < 2000; i++)
        nack_received(&nack, SEC(1), (uint16_t)(65000 + i));
    CHECK_EQ(nack_deadline(&nack), USEC_NEVER);
    CHECK_EQ(due(SEC(2)), 0);
}

TEST(a_gap_is_asked_for_at_the_end_of_the_batch)
{
    begin(65533);
    nack_received(&nack, SEC(1), 2);
    CHECK_EQ(nack_deadline(&nack), SEC(1));
    CHECK_EQ(due(SEC(1)), 4);
    CHECK_EQ(asked[0], 65534);
    CHECK_EQ(asked[1], 65535);
    CHECK_EQ(asked[2], 0);
    CHECK_EQ(asked[3], 1);
    CHECK_EQ(due(SEC(1)), 0);
}

TEST(what_is_reordered_within_a_batch_is_not_asked_for)
{
    begin(10);
    nack_received(&nack, SEC(1), 13);
    nack_received(&nack, SEC(1), 11);
    nack_received(&nack, SEC(1), 12);
    nack_received(&nack, SEC(1), 12);
    CHECK_EQ(nack_deadline(&nack), USEC_NEVER);
    CHECK_EQ(due(SEC(1)), 0);
}

TEST(it_is_asked_again_after_one_and_a_quarter_round_trips)
{
    begin(10);
    nack_received(&nack, SEC(1), 12);
    CHECK_EQ(due(SEC(1)), 1);
    CHECK_EQ(nack_deadline(&nack), SEC(1) + MSEC(125));
    CHECK_EQ(due(SEC(1) + MSEC(124)), 0);
    CHECK_EQ(due(SEC(1) + MSEC(125)), 1);
    nack_received(&nack, SEC(1) + MSEC(200), 11);
    CHECK_EQ(nack_deadline(&nack), USEC_NEVER);
    CHECK_EQ(due(SEC(1) + MSEC(900)), 0);
    CHECK_EQ(nack.given_up, 0);
}

TEST(it_is_asked_at_most_every_20_ms_and_ten_times)
{
    unsigned tries = 0;

    begin(10);
    nack_received(&nack, SEC(1), 12);
    for (usec now = SEC(1); now < SEC(1) + MSEC(900); now += MSEC(1)) {
        const size_t count = nack_due(&nack, now, MSEC(1), asked, 10);
        CHECK(count == 0 || (now - SEC(1)) % MSEC(20) == 0);
        tries += (unsigned)count;
    }
    CHECK_EQ(tries, 10);
    CHECK_EQ(nack.given_up, 1);
    CHECK_EQ(nack_deadline(&nack), USEC_NEVER);
}

TEST(after_a_second_it_is_given_up)
{
    begin(10);
    nack_received(&nack, SEC(1), 12);
    CHECK_EQ(nack_due(&nack, SEC(1), MSEC(900), asked, 10), 1);
    CHECK_EQ(nack_due(&nack, SEC(2) + MSEC(125), MSEC(900), asked, 10), 0);
    CHECK_EQ(nack.given_up, 1);
}

TEST(what_finds_no_room_stays_due)
{
    begin(10);
    nack_received(&nack, SEC(1), 16);
    CHECK_EQ(nack_due(&nack, SEC(1), RTT, asked, 3), 3);
    CHECK_EQ(asked[2], 13);
    CHECK(nack_deadline(&nack) <= SEC(1));
    CHECK_EQ(nack_due(&nack, SEC(1), RTT, asked, 3), 2);
    CHECK_EQ(asked[0], 14);
    CHECK(nack_deadline(&nack) > SEC(1));
}

TEST(a_key_frame_makes_older_gaps_pointless)
{
    begin(10);
    nack_received(&nack, SEC(1), 14);
    nack_received(&nack, SEC(1), 16);
    nack_forget_before(&nack, 14);
    CHECK_EQ(due(SEC(1)), 1);
    CHECK_EQ(asked[0], 15);
}

TEST(too_many_missing_packets_call_for_a_key_frame)
{
    begin(65000);
    nack_received(&nack, SEC(1), (uint16_t)(65000 + 1001));
    CHECK(!nack_take_overflow(&nack));
    CHECK_EQ(due(SEC(1)), 1000);
    nack_received(&nack, SEC(1), (uint16_t)(65000 + 1003));
    CHECK(nack_take_overflow(&nack));
    CHECK(!nack_take_overflow(&nack));
    CHECK_EQ(due(SEC(2)), 0);
    nack_received(&nack, SEC(2), (uint16_t)(65000 + 1005)); // and life goes on
    CHECK_EQ(due(SEC(2)), 1);
}

TEST(the_deadline_is_right_when_milliseconds_wrap)
{
    const usec now = MSEC(0x1fffffff0ll) + 300;

    memset(&nack, 0, sizeof nack);
    nack_received(&nack, now, 1);
    nack_received(&nack, now, 3);
    CHECK_EQ(due(now), 1);
    CHECK(nack_deadline(&nack) > now + MSEC(123));
    CHECK_EQ(due(nack_deadline(&nack) - 1), 0);
    CHECK_EQ(due(nack_deadline(&nack)), 1);
}

TEST(whatever_is_missing_is_asked_for_and_nothing_else)
{
    struct random random = random_seeded(11);
    static bool missing[65536];
    uint16_t newest = 64000;

    memset(missing, 0, sizeof missing);
    begin(newest);
    for (unsigned turn = 0; turn < 100000; turn++) {
        const usec now = SEC(1) + MSEC(2) * turn;
        if (random_chance(&random, 950000)) {
            const uint16_t next = (uint16_t)(newest + 1 + random_below(&random, 3));
            for (uint16_t seq = (uint16_t)(newest + 1); seq != next; seq++)
                missing[seq] = true;
            newest = next;
            missing[newest] = false;
            nack_received(&nack, now, newest);
        }
        const uint16_t late = (uint16_t)(newest - random_below(&random, 60));
        nack_received(&nack, now, late);
        missing[late] = false;
        if (turn % 8 != 0)
            continue;
        const size_t count = due(now);
        for (size_t i = 0; i < count; i++) {
            CHECK(missing[asked[i]]);
            CHECK(i == 0 || (int16_t)(uint16_t)(asked[i] - asked[i - 1]) > 0);
        }
    }
}
