// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/slot_repair_test.c - what waited, what was lost, and how much is sent again.
#include "sfu/slot_repair.h"

#include "base/mem.h"
#include "sfu/seq_map.h"
#include "support/check.h"
#include "support/seat.h"

#define PAYLOAD 1000

static struct seat seat;

TEST(what_waited_is_the_same_packet)
{
    seat_open(&seat);
    struct slot *slot = seat_slot(&seat, SOURCE_CAMERA);
    uint16_t seqs[10];

    for (size_t i = 0; i < 10; i++)
        seqs[i] = seat_place(&seat, SOURCE_CAMERA, 10 + 100 * i, i % 3 == 2);
    for (size_t i = 0; i < 10; i++) {
        CHECK(slot_can_wait(slot, seqs[i]));
        seat_write(&seat, SOURCE_CAMERA, seqs[i]);
    }
    seat_deliver(&seat);
    CHECK_EQ(seat.count, 10);
    CHECK_EQ(slot->packets, 10);
    // A second viewer would have got them so; here the browser refuses numbers it has seen, so the same
    // packets are placed again.
    const uint16_t again = (uint16_t)(seqs[9] + 1);
    seat.in_seq[SOURCE_CAMERA] = (uint16_t)(seat.in_seq[SOURCE_CAMERA] - 10);
    for (uint16_t i = 0; i < 10; i++) {
        struct seq_sent sent = *seq_map_find(slot->map, seqs[i]);
        seq_map_switch(slot->map, sent.in_seq);
        uint16_t seq;
        CHECK(seq_map_place(slot->map, sent.in_seq, &seq));
        seq_map_sent(slot->map, seq, &sent);
        CHECK(slot_send_held(slot, seat.now, seq, seat.out));
    }
    seat_deliver(&seat);
    CHECK_EQ(seat.count, 20);
    CHECK_EQ(slot->packets, 20);
    for (size_t i = 0; i < 10; i++) {
        const struct rtp_view *at_once = &seat.got[i].rtp;
        const struct rtp_view *held = &seat.got[10 + i].rtp;
        CHECK((int16_t)(uint16_t)(held->seq - again) >= 0);
        CHECK_EQ(held->ssrc, at_once->ssrc);
        CHECK_EQ(held->payload_type, at_once->payload_type);
        CHECK_EQ(held->marker, at_once->marker);
        CHECK_EQ(held->timestamp, at_once->timestamp);
        CHECK_EQ(held->csrcs.len, at_once->csrcs.len);
        CHECK_EQ(held->payload.len, at_once->payload.len);
        CHECK_BYTES(held->payload.at, at_once->payload.at, held->payload.len);
    }
    seat_close(&seat);
}

TEST(what_the_cache_has_lost_is_told)
{
    seat_open(&seat);
    struct slot *slot = seat_slot(&seat, SOURCE_CAMERA);

    const uint16_t seq = seat_place(&seat, SOURCE_CAMERA, PAYLOAD, true);
    CHECK(!slot_can_wait(slot, (uint16_t)(seq + 1))); // never placed
    for (unsigned i = 0; i < 1100; i++)               // more than the cache of one layer holds
        (void)seat_place(&seat, SOURCE_CAMERA, PAYLOAD, true);
    CHECK(!slot_can_wait(slot, seq));
    CHECK(!slot_send_held(slot, seat.now, seq, seat.out));
    CHECK_EQ(outbox_count(seat.out), 0);
    seat_close(&seat);
}

TEST(what_waited_for_somebody_else_is_not_sent)
{
    seat_open(&seat);
    struct slot *slot = seat_slot(&seat, SOURCE_CAMERA);

    const uint16_t seq = seat_place(&seat, SOURCE_CAMERA, PAYLOAD, true);
    (void)seat_place(&seat, SOURCE_SCREEN, PAYLOAD, true);
    slot_give(slot, &seat.sender->producers[SOURCE_SCREEN], seat.now);
    CHECK(!slot_send_held(slot, seat.now, seq, seat.out));
    slot_lost(slot, seat.now, seq, seat.out);
    slot_clear(slot);
    CHECK(!slot_send_held(slot, seat.now, seq, seat.out));
    slot_lost(slot, seat.now, seq, seat.out);
    CHECK_EQ(outbox_count(seat.out), 0);
    seat_close(&seat);
}

TEST(what_was_asked_for_while_it_waited_is_sent_once)
{
    seat_open(&seat);
    struct slot *slot = seat_slot(&seat, SOURCE_CAMERA);

    const uint16_t seq = seat_place(&seat, SOURCE_CAMERA, PAYLOAD, true);
    slot_lost(slot, seat.now, seq, seat.out);
    CHECK_EQ(outbox_count(seat.out), 1);
    CHECK(slot_send_held(slot, seat.now, seq, seat.out));
    CHECK_EQ(outbox_count(seat.out), 1);
    seat_close(&seat);
}

TEST(what_was_asked_for_beyond_the_budget_is_sent_when_its_turn_comes)
{
    seat_open(&seat);
    struct slot *slot = seat_slot(&seat, SOURCE_CAMERA);

    const uint16_t seq = seat_place(&seat, SOURCE_CAMERA, PAYLOAD, true);
    bucket_init(&seat.viewer->resend_budget, 0, 0, seat.now);
    slot_lost(slot, seat.now, seq, seat.out);
    CHECK_EQ(outbox_count(seat.out), 0);
    CHECK(slot_send_held(slot, seat.now, seq, seat.out));
    CHECK_EQ(outbox_count(seat.out), 1);
    seat_close(&seat);
}

TEST(what_was_given_up_is_not_sent_when_asked_for)
{
    seat_open(&seat);
    struct slot *slot = seat_slot(&seat, SOURCE_CAMERA);

    const uint16_t first = seat_place(&seat, SOURCE_CAMERA, PAYLOAD, false);
    (void)seat_place(&seat, SOURCE_CAMERA, PAYLOAD, false);
    const uint16_t last = seat_place(&seat, SOURCE_CAMERA, PAYLOAD, true);
    const uint16_t next = seat_place(&seat, SOURCE_CAMERA, PAYLOAD, true);
    slot_drop_held(slot, first, last);
    for (uint16_t seq = first; seq != next; seq++)
        slot_lost(slot, seat.now, seq, seat.out);
    CHECK_EQ(outbox_count(seat.out), 0);
    slot_lost(slot, seat.now, next, seat.out);
    CHECK_EQ(outbox_count(seat.out), 1);
    seat_close(&seat);
}

TEST(a_lost_packet_comes_again_once_in_a_round_trip)
{
    seat_open(&seat);
    struct slot *slot = seat_slot(&seat, SOURCE_CAMERA);
    const uint16_t seq = seat_place(&seat, SOURCE_CAMERA, PAYLOAD, true);

    seat_write(&seat, SOURCE_CAMERA, seq);
    seat.viewer->rtt = MSEC(150);
    for (usec now = seat.now; now < seat.now + MSEC(300); now += MSEC(10))
        slot_lost(slot, now, seq, seat.out);
    seat_deliver(&seat);
    CHECK_EQ(seat.count, 3);
    for (size_t i = 1; i < 3; i++) {
        const struct rtp_view *rtp = &seat.got[i].rtp;
        CHECK_EQ(rtp->ssrc, slot->line->rtx_ssrc);
        CHECK_EQ(rtp->payload_type, slot->line->rtx_payload_type);
        CHECK_EQ(rtp->payload.at[0] << 8 | rtp->payload.at[1], seq);
        CHECK_EQ(rtp->payload.len, seat.got[0].rtp.payload.len + 2);
        CHECK_BYTES(rtp->payload.at + 2, seat.got[0].payload, rtp->payload.len - 2);
    }
    CHECK_EQ((uint16_t)(seat.got[1].rtp.seq + 1), seat.got[2].rtp.seq);
    CHECK_EQ(seat.counters.retransmitted, 2);
    seat_close(&seat);
}

// RC-P3: a viewer says for ten seconds, a thousand times a second, that everything is missing. Returns the
// bytes that were sent again, with its media at `media_bps` on a line of `target_bps`.
static size_t storm(uint32_t target_bps, uint32_t media_bps)
{
    seat_open(&seat);
    struct slot *slot = seat_slot(&seat, SOURCE_CAMERA);
    const usec gap = (usec)PAYLOAD * 8 * SEC(1) / media_bps;
    const usec end = seat.now + SEC(10);
    usec next = seat.now;
    size_t bytes = 0;
    uint16_t newest = 0;

    resend_budget_set(&seat.viewer->resend_budget, target_bps, media_bps);
    for (; seat.now < end; seat.now += MSEC(1)) {
        for (; next <= seat.now; next += gap)
            newest = seat_place(&seat, SOURCE_CAMERA, PAYLOAD, true);
        for (uint16_t back = 0; back < 17; back++)
            slot_lost(slot, seat.now, (uint16_t)(newest - back), seat.out);
        for (size_t i = 0; i < outbox_count(seat.out); i++)
            bytes += outbox_at(seat.out, i)->len;
        outbox_clear(seat.out);
    }
    seat_close(&seat);
    return bytes;
}

TEST(a_storm_of_nacks_costs_a_fifth_of_the_line)
{
    CHECK(storm(1000000, 900000) <= 10 * 1000000 / 8 / 3);
    CHECK(storm(1000000, 900000) >= 10 * 1000000 / 8 / 5);
}

TEST(a_storm_of_nacks_costs_no_more_than_the_media_and_a_half)
{
    CHECK(storm(20000000, 200000) <= 10 * 200000 / 8 * 3 / 2);
    CHECK(storm(20000000, 2000000) <= 10 * 2000000 / 8 * 3 / 2);
}

TEST(an_honest_viewer_with_much_loss_is_served)
{
    seat_open(&seat);
    struct slot *slot = seat_slot(&seat, SOURCE_CAMERA);
    unsigned asked = 0;

    resend_budget_set(&seat.viewer->resend_budget, 1200000, 1000000);
    const usec end = seat.now + SEC(10);
    for (unsigned i = 0; seat.now < end; seat.now += MSEC(8), i++) { // 1 Mbit/s
        const uint16_t seq = seat_place(&seat, SOURCE_CAMERA, PAYLOAD, true);
        if (i % 5 != 4) // 20 % are lost
            continue;
        slot_lost(slot, seat.now, seq, seat.out);
        asked++;
        outbox_clear(seat.out);
    }
    CHECK_EQ(seat.counters.retransmitted, asked);
    seat_close(&seat);
}

TEST(repairing_takes_no_memory)
{
    seat_open(&seat);
    struct slot *slot = seat_slot(&seat, SOURCE_CAMERA);

    uint16_t seq = seat_place(&seat, SOURCE_CAMERA, PAYLOAD, true);
    seat.viewer->resend_budget.tokens = seat.viewer->resend_budget.burst = 1000000;
    const size_t before = mem_allocations();
    for (unsigned i = 0; i < 50; i++) {
        seq = seat_place(&seat, SOURCE_CAMERA, PAYLOAD, true);
        CHECK(slot_send_held(slot, seat.now, seq, seat.out));
        slot_lost(slot, seat.now, seq, seat.out);
        CHECK(slot_repeat(slot, seat.now, seq, seat.out));
    }
    CHECK_EQ(outbox_count(seat.out), 150);
    CHECK_EQ(mem_allocations(), before);
    seat_close(&seat);
}
