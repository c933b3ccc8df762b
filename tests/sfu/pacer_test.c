// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/pacer_test.c - what leaves at once, what waits, in which order, and when it is given up.
#include "sfu/pacer.h"

#include "base/err.h"
#include "base/mem.h"
#include "support/check.h"
#include "support/random.h"

#define PACKET 1200
#define RATE 2500000u // of a target of 1 Mbit/s

static struct pacer begin(uint32_t rate_bps)
{
    struct pacer p = {0};

    pacer_set_rate(&p, SEC(1), rate_bps);
    return p;
}

// As the owner of a pacer does it. True: it left at once.
static bool send(struct pacer *p, usec now, uint8_t slot, uint16_t seq, size_t bytes)
{
    if (!pacer_may_send(p, now) && pacer_hold(p, now, slot, seq, bytes))
        return false;
    pacer_sent(p, now, bytes);
    return true;
}

TEST(without_a_rate_nothing_waits)
{
    struct pacer p = {0};

    for (uint16_t seq = 0; seq < 2000; seq++)
        CHECK(send(&p, SEC(1), 0, seq, PACKET));
    CHECK_EQ(pacer_deadline(&p), USEC_NEVER);
    CHECK(p.queue == NULL);
    pacer_fini(&p);
}

TEST(pictures_within_the_rate_leave_at_once)
{
    struct pacer p = begin(RATE);
    unsigned frames = 0;

    // 1 Mbit/s in 25 pictures a second, each of four packets at once.
    for (usec now = SEC(1); now < SEC(5); now += MSEC(40), frames++)
        for (uint16_t i = 0; i < 4; i++)
            CHECK(send(&p, now, 0, (uint16_t)(4 * frames + i), 1250));
    CHECK(p.queue == NULL); // and it took no memory
    pacer_fini(&p);
}

TEST(a_large_picture_leaves_over_time_and_in_order)
{
    struct pacer p = begin(RATE);
    struct pacer_held held;
    unsigned at_once = 0;
    usec now = SEC(1);

    // A key frame of 60 kB.
    for (uint16_t seq = 0; seq < 50; seq++)
        at_once += send(&p, now, 3, seq, PACKET);
    CHECK(at_once >= 9 && at_once <= 12); // 40 ms of 2.5 Mbit/s
    uint16_t next = (uint16_t)at_once;
    while (pacer_deadline(&p) != USEC_NEVER) {
        CHECK(pacer_deadline(&p) > now);
        now = pacer_deadline(&p);
        while (pacer_take(&p, now, &held) == PACER_SEND) {
            CHECK_EQ(held.slot, 3);
            CHECK_EQ(held.seq, next++);
            CHECK_EQ(held.bytes, PACKET);
            pacer_sent(&p, now, held.bytes);
        }
    }
    CHECK_EQ(next, 50);
    CHECK(now >= SEC(1) + MSEC(140) && now <= SEC(1) + MSEC(200));
    pacer_fini(&p);
}

TEST(it_wakes_no_more_often_than_each_millisecond)
{
    struct pacer p = begin(100000000);
    struct pacer_held held;
    unsigned wakes = 0;
    usec now = SEC(1);

    for (uint16_t seq = 0; seq < 1000; seq++)
        (void)send(&p, now, (uint8_t)(seq % 10), seq, PACKET);
    for (; pacer_deadline(&p) != USEC_NEVER; wakes++) {
        CHECK(pacer_deadline(&p) >= now + MSEC(1));
        now = pacer_deadline(&p);
        while (pacer_take(&p, now, &held) == PACER_SEND)
            pacer_sent(&p, now, held.bytes);
    }
    CHECK(wakes > 30 && wakes < 100);
    pacer_fini(&p);
}

TEST(what_never_waits_is_debt)
{
    struct pacer p = begin(RATE);

    CHECK(pacer_may_send(&p, SEC(1)));
    for (unsigned i = 0; i < 12; i++)
        pacer_sent(&p, SEC(1), PACKET); // sound, retransmissions
    CHECK(!pacer_may_send(&p, SEC(1)));
    CHECK(pacer_may_send(&p, SEC(1) + MSEC(10)));
    pacer_fini(&p);
}

TEST(a_debt_of_more_than_half_a_second_is_forgiven)
{
    struct pacer p = begin(RATE);
    struct pacer_held held;

    pacer_sent(&p, SEC(1), 100000000);
    CHECK(!send(&p, SEC(1), 0, 7, PACKET));
    CHECK(pacer_take(&p, SEC(1) + MSEC(459), &held) == PACER_WAIT);
    CHECK(pacer_deadline(&p) <= SEC(1) + MSEC(461));
    CHECK(pacer_take(&p, SEC(1) + MSEC(461), &held) == PACER_SEND);
    pacer_fini(&p);
}

TEST(slots_are_served_in_turn)
{
    struct pacer p = begin(RATE);
    struct pacer_held held;
    usec now = SEC(1);

    for (uint16_t seq = 0; seq < 60; seq++) // a large picture in slot 5
        (void)send(&p, now, 5, seq, PACKET);
    for (uint16_t seq = 0; seq < 3; seq++) { // small ones in two others
        CHECK(!send(&p, now, 40, seq, 300));
        CHECK(!send(&p, now, 0, seq, 300));
    }
    unsigned others = 0;
    uint32_t before = 0;
    while (others < 6) {
        now = pacer_deadline(&p);
        while (pacer_take(&p, now, &held) == PACER_SEND) {
            pacer_sent(&p, now, held.bytes);
            if (held.slot == 5)
                before += held.bytes;
            else
                others++;
        }
    }
    CHECK(before <= 2 * PACKET);
    CHECK(p.held > 40);
    pacer_fini(&p);
}

// Bytes of two slots that left when half of all had.
TEST(large_packets_get_no_more_than_small_ones)
{
    struct pacer p = begin(RATE);
    struct pacer_held held;
    uint32_t bytes[2] = {0};
    usec now = SEC(1);

    pacer_sent(&p, now, 20000);
    for (uint16_t seq = 0; seq < 20; seq++)
        CHECK(!send(&p, now, 0, seq, PACKET));
    for (uint16_t seq = 0; seq < 80; seq++)
        CHECK(!send(&p, now, 1, seq, 300));
    while (bytes[0] + bytes[1] < 24000) {
        now = pacer_deadline(&p);
        while (pacer_take(&p, now, &held) == PACER_SEND) {
            pacer_sent(&p, now, held.bytes);
            bytes[held.slot] += held.bytes;
        }
    }
    CHECK(bytes[0] > 9000 && bytes[1] > 9000);
    pacer_fini(&p);
}

TEST(too_long_a_queue_is_gone_within_half_a_second)
{
    struct pacer p = begin(500000);
    struct pacer_held held;
    usec now = SEC(1);

    // 180 kB: almost three seconds at this rate.
    for (uint16_t seq = 0; seq < 150; seq++)
        (void)send(&p, now, 0, seq, PACKET);
    while (pacer_deadline(&p) != USEC_NEVER) {
        now = pacer_deadline(&p);
        while (pacer_take(&p, now, &held) == PACER_SEND)
            pacer_sent(&p, now, held.bytes);
    }
    CHECK(now > SEC(1) + MSEC(400) && now < SEC(1) + MSEC(550));
    // And then the rate is what it was.
    while (send(&p, now, 0, 1, 100))
        continue;
    CHECK(p.raised_bps == 0);
    pacer_fini(&p);
}

TEST(a_lower_rate_does_not_make_what_waits_late)
{
    struct pacer p = begin(10000000);
    struct pacer_held held;
    usec now = SEC(1);

    for (uint16_t seq = 0; seq < 180; seq++)
        (void)send(&p, now, 0, seq, PACKET);
    pacer_set_rate(&p, now, 200000);
    while (pacer_deadline(&p) != USEC_NEVER) {
        now = pacer_deadline(&p);
        enum pacer_verdict verdict;
        while ((verdict = pacer_take(&p, now, &held)) != PACER_WAIT) {
            CHECK(verdict == PACER_SEND);
            pacer_sent(&p, now, held.bytes);
        }
    }
    CHECK(now < SEC(1) + MSEC(600));
    pacer_fini(&p);
}

TEST(more_of_one_slot_than_its_map_remembers_does_not_wait)
{
    struct pacer p = begin(RATE);
    struct pacer_held held;
    unsigned pushed = 0;

    for (uint16_t seq = 0; seq < 250; seq++)
        (void)send(&p, SEC(1), 9, seq, PACKET);
    CHECK(pacer_deadline(&p) <= SEC(1));
    for (; pacer_take(&p, SEC(1), &held) == PACER_SEND; pushed++)
        pacer_sent(&p, SEC(1), held.bytes);
    CHECK(pushed > 40 && pushed < 60);
    CHECK(p.held < PACER_IN_SLOT);
    pacer_fini(&p);
}

TEST(what_waited_for_a_second_is_given_up_whole)
{
    struct pacer p = begin(RATE);
    struct pacer_held held;

    pacer_sent(&p, SEC(1), 1000000);
    for (uint16_t i = 0; i < 10; i++) {
        CHECK(!send(&p, SEC(1), 1, (uint16_t)(65530 + i), PACKET));
        CHECK(!send(&p, SEC(2), 2, i, PACKET));
    }
    // Nobody came to take them.
    const usec now = SEC(2) + MSEC(2);
    unsigned late = 0;
    unsigned sent = 0;
    for (;;) {
        const enum pacer_verdict verdict = pacer_take(&p, now, &held);
        if (verdict == PACER_WAIT)
            break;
        if (verdict == PACER_SEND) {
            CHECK_EQ(held.slot, 2);
            pacer_sent(&p, now, held.bytes);
            sent++;
            continue;
        }
        late++;
        CHECK_EQ(held.slot, 1);
        CHECK_EQ(held.seq, 65530);
        CHECK_EQ(held.last, 3);
    }
    CHECK_EQ(late, 1);
    CHECK(sent > 0);
    CHECK_EQ(p.held, 10 - sent);
    pacer_fini(&p);
}

TEST(what_came_late_and_waits_last_is_not_taken_for_the_highest_number)
{
    static const uint16_t seqs[] = {65534, 0, 65533};
    struct pacer p = begin(RATE);
    struct pacer_held held;

    pacer_sent(&p, SEC(1), 1000000);
    for (size_t i = 0; i < ARRAY_LEN(seqs); i++)
        CHECK(!send(&p, SEC(1), 1, seqs[i], PACKET));
    CHECK(pacer_take(&p, SEC(3), &held) == PACER_LATE);
    CHECK_EQ(held.seq, 65534);
    CHECK_EQ(held.last, 0);
    CHECK_EQ(p.held, 0);
    CHECK_EQ(p.held_bytes, 0);
    pacer_fini(&p);
}

TEST(a_slot_that_changes_is_forgotten_and_no_other)
{
    struct pacer p = begin(RATE);
    struct pacer_held held;

    pacer_forget(&p, 1); // nothing was ever held
    pacer_sent(&p, SEC(1), 100000);
    for (uint16_t seq = 0; seq < 20; seq++)
        CHECK(!send(&p, SEC(1), (uint8_t)(1 + seq % 2), seq, PACKET));
    pacer_forget(&p, 1);
    CHECK_EQ(p.held, 10);
    CHECK_EQ(p.held_bytes, 10 * PACKET);
    usec now = SEC(1);
    for (uint16_t seq = 1; seq < 20; now = pacer_deadline(&p))
        while (pacer_take(&p, now, &held) == PACER_SEND) {
            CHECK_EQ(held.slot, 2);
            CHECK_EQ(held.seq, seq);
            seq = (uint16_t)(seq + 2);
            pacer_sent(&p, now, held.bytes);
        }
    CHECK_EQ(pacer_deadline(&p), USEC_NEVER);
    pacer_fini(&p);
}

TEST(a_full_queue_says_so)
{
    struct pacer p = begin(RATE);

    for (uint16_t seq = 0; seq < PACER_HELD; seq++)
        CHECK(pacer_hold(&p, SEC(1), (uint8_t)(seq % PACER_SLOTS), seq, PACKET));
    CHECK(!pacer_hold(&p, SEC(1), 0, 0, PACKET));
    CHECK_EQ(p.held, PACER_HELD);
    pacer_fini(&p);
}

TEST(without_memory_everything_is_sent)
{
    struct pacer p = begin(RATE);

    pacer_sent(&p, SEC(1), 100000);
    mem_fail_at(1);
    CHECK(send(&p, SEC(1), 0, 0, PACKET));
    mem_fail_at(0);
    CHECK(!send(&p, SEC(1), 0, 1, PACKET));
    pacer_fini(&p);
}

TEST(memory_is_taken_for_what_waits_and_not_again)
{
    struct pacer p = begin(RATE);
    struct pacer_held held;
    struct random random = random_seeded(5);

    pacer_sent(&p, SEC(1), 100000);
    CHECK(!send(&p, SEC(1), 0, 0, PACKET));
    const size_t before = mem_allocations();
    uint16_t seqs[PACER_SLOTS] = {0};
    uint16_t next[PACER_SLOTS] = {0};
    CHECK(pacer_take(&p, SEC(2) - 1, &held) == PACER_SEND);
    // Any mixture: nothing is lost, nothing comes twice, each slot keeps its order.
    for (usec now = SEC(2); now < SEC(30); now += MSEC(1)) {
        for (unsigned i = (unsigned)random_below(&random, 3); i > 0; i--) {
            const uint8_t slot = (uint8_t)random_below(&random, PACER_SLOTS);
            if (pacer_hold(&p, now, slot, seqs[slot], 100 + random_below(&random, 1100)))
                seqs[slot]++;
        }
        if (now == SEC(20))
            pacer_set_rate(&p, now, 20000000);
        if (now < pacer_deadline(&p))
            continue;
        while (pacer_take(&p, now, &held) == PACER_SEND) {
            CHECK_EQ(held.seq, next[held.slot]++);
            pacer_sent(&p, now, held.bytes);
        }
    }
    CHECK_EQ(p.held, 0);
    CHECK_EQ(p.held_bytes, 0);
    for (size_t slot = 0; slot < PACER_SLOTS; slot++)
        CHECK_EQ(next[slot], seqs[slot]);
    CHECK(mem_allocations() <= before + 2); // doubled twice, to all there may be
    pacer_fini(&p);
}
