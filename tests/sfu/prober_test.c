// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/prober_test.c - bursts of the size, rate and number that were ordered, made of what helps.
#include "sfu/prober.h"

#include "base/mem.h"
#include "support/check.h"
#include "support/seat.h"

#include <string.h>

#define PAYLOAD 1000

static struct seat seat;

static void send_pictures(enum source_kind kind, unsigned count, size_t len)
{
    for (unsigned i = 0; i < count; i++) {
        seat_write(&seat, kind, seat_place(&seat, kind, len, true));
        seat_deliver(&seat);
    }
}

static struct probe_order ordered(uint8_t number, uint32_t rate_bps, uint32_t bytes)
{
    return (struct probe_order){
        .number = number, .rate_bps = rate_bps, .bytes = bytes, .packets = 5};
}

static void start(struct prober *p, struct probe_order order)
{
    prober_start(p, seat.now, &order);
}

// Runs until it ends; the packets are seat.got from the returned index on.
static size_t probe(struct prober *p, struct probe_order order)
{
    const size_t from = seat.count;

    start(p, order);
    while (prober_deadline(p) != USEC_NEVER) {
        CHECK(prober_deadline(p) >= seat.now);
        seat.now = prober_deadline(p);
        prober_run(p, seat.viewer, seat.now, seat.out);
        CHECK_EQ(seat.viewer->probe, 0);
        seat_deliver(&seat);
    }
    return from;
}

static uint32_t bytes_from(size_t from)
{
    uint32_t bytes = 0;

    for (size_t i = from; i < seat.count; i++)
        bytes += seat.got[i].ip_bytes;
    return bytes;
}

TEST(a_probe_is_even_and_as_large_as_ordered)
{
    static const uint32_t rates[] = {300000, 900000, 3000000, 9000000, 20000000};

    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        struct prober p = {0};
        seat_open(&seat);
        send_pictures(SOURCE_CAMERA, 30, PAYLOAD);
        const struct probe_order order = ordered(7, rates[i], rates[i] / 8 * 15 / 1000);
        const usec began = seat.now;
        const size_t from = probe(&p, order);
        CHECK(seat.count - from >= order.packets);
        CHECK(bytes_from(from) >= order.bytes);
        const usec span = seat.got[seat.count - 1].at - began;
        const uint32_t before_last =
            bytes_from(from) - seat.got[seat.count - 1].ip_bytes; // the span ends where it begins
        const double rate = before_last * 8e6 / (double)(span > 0 ? span : 1);
        CHECK(rate > 0.85 * rates[i] && rate < 1.2 * rates[i]);
        CHECK(span <= MSEC(20) || seat.count - from == order.packets);
        CHECK(seat.now - began <= MSEC(200));
        // Every packet has the next number of the transport.
        for (size_t k = from + 1; k < seat.count; k++)
            CHECK_EQ(seat.got[k].transport_seq, (uint16_t)(seat.got[k - 1].transport_seq + 1));
        seat_close(&seat);
    }
}

TEST(it_is_made_of_the_newest_packets_each_once)
{
    struct prober p = {0};

    seat_open(&seat);
    send_pictures(SOURCE_CAMERA, 4, PAYLOAD);
    send_pictures(SOURCE_SCREEN, 3, PAYLOAD);
    const size_t from = probe(&p, ordered(1, 5000000, 9000));
    CHECK(seat.count - from > 7);
    const struct slot *camera = seat_slot(&seat, SOURCE_CAMERA);
    const struct slot *screen = seat_slot(&seat, SOURCE_SCREEN);
    for (size_t i = 0; i < 7; i++) { // 3, 2, 1, 0 of the camera, then 2, 1, 0 of the screen
        const struct seated *again = &seat.got[from + i];
        const struct seated *original = &seat.got[from - 7 + (i < 4 ? 3 - i : 6 - (i - 4))];
        CHECK_EQ(again->rtp.ssrc, i < 4 ? camera->line->rtx_ssrc : screen->line->rtx_ssrc);
        CHECK_EQ(again->rtp.padding_len, 0);
        CHECK_EQ(again->payload[0] << 8 | again->payload[1], original->rtp.seq);
        CHECK_BYTES(again->payload + 2, original->payload, original->rtp.payload.len);
    }
    // Then there is nothing left but padding.
    for (size_t i = from + 7; i < seat.count; i++) {
        CHECK_EQ(seat.got[i].rtp.payload.len, 0);
        CHECK(seat.got[i].rtp.padding_len > 0);
    }
    CHECK_EQ(seat.counters.retransmitted, 0); // nobody lost anything
    seat_close(&seat);
}

TEST(old_packets_are_not_sent_again)
{
    struct prober p = {0};

    seat_open(&seat);
    send_pictures(SOURCE_CAMERA, 10, PAYLOAD);
    seat.now += SEC(2);
    const size_t from = probe(&p, ordered(1, 1000000, 2000));
    CHECK(seat.count >= from + 5);
    for (size_t i = from; i < seat.count; i++)
        CHECK(seat.got[i].rtp.payload.len == 0 && seat.got[i].rtp.padding_len > 0);
    CHECK(bytes_from(from) < 2400);
    seat_close(&seat);
}

TEST(padding_and_repeats_count_on_as_one_stream_of_retransmissions)
{
    struct prober p = {0};

    seat_open(&seat);
    send_pictures(SOURCE_CAMERA, 2, PAYLOAD);
    const size_t from = probe(&p, ordered(1, 4000000, 7000));
    for (size_t i = from; i < seat.count; i++) {
        CHECK_EQ(seat.got[i].rtp.ssrc, seat_slot(&seat, SOURCE_CAMERA)->line->rtx_ssrc);
        CHECK_EQ(seat.got[i].rtp.payload_type,
                 seat_slot(&seat, SOURCE_CAMERA)->line->rtx_payload_type);
        CHECK(i == from || seat.got[i].rtp.seq == (uint16_t)(seat.got[i - 1].rtp.seq + 1));
    }
    seat_close(&seat);
}

TEST(without_a_picture_sent_there_is_no_probe)
{
    struct prober p = {0};

    seat_open(&seat);
    (void)probe(&p, ordered(1, 900000, 2000));
    CHECK_EQ(seat.count, 0);
    seat_close(&seat);
}

TEST(a_slot_that_is_empty_now_can_still_be_padded)
{
    struct prober p = {0};

    seat_open(&seat);
    send_pictures(SOURCE_CAMERA, 2, PAYLOAD);
    slot_clear(seat_slot(&seat, SOURCE_CAMERA));
    const size_t from = probe(&p, ordered(1, 900000, 2000));
    CHECK(seat.count >= from + 5);
    CHECK_EQ(seat.got[from].rtp.csrcs.len, 0);
    seat_close(&seat);
}

TEST(one_that_is_late_catches_up)
{
    struct prober p = {0};

    seat_open(&seat);
    send_pictures(SOURCE_CAMERA, 30, PAYLOAD);
    const size_t from = seat.count;
    start(&p, ordered(1, 8000000, 15000));
    prober_run(&p, seat.viewer, seat.now, seat.out);
    seat_deliver(&seat);
    CHECK_EQ(seat.count, from + 1);
    seat.now += MSEC(8); // nobody woke it
    prober_run(&p, seat.viewer, seat.now, seat.out);
    seat_deliver(&seat);
    CHECK(bytes_from(from) >= 8000 && bytes_from(from) <= 8000 + 1100);
    seat_close(&seat);
}

TEST(one_that_gets_no_turn_is_given_up)
{
    struct prober p = {0};

    seat_open(&seat);
    send_pictures(SOURCE_CAMERA, 30, PAYLOAD);
    const size_t from = seat.count;
    start(&p, ordered(1, 8000000, 15000));
    prober_run(&p, seat.viewer, seat.now, seat.out);
    seat.now += SEC(1);
    prober_run(&p, seat.viewer, seat.now, seat.out);
    seat_deliver(&seat);
    CHECK_EQ(seat.count, from + 1);
    CHECK_EQ(prober_deadline(&p), USEC_NEVER);
    seat_close(&seat);
}

TEST(a_full_outbox_ends_it)
{
    struct prober p = {0};

    seat_open(&seat);
    send_pictures(SOURCE_CAMERA, 3, PAYLOAD);
    while (outbox_room(seat.out))
        outbox_commit(seat.out, &seat.path, 1);
    start(&p, ordered(1, 8000000, 15000));
    prober_run(&p, seat.viewer, seat.now, seat.out);
    CHECK_EQ(prober_deadline(&p), USEC_NEVER);
    outbox_clear(seat.out);
    seat_close(&seat);
}

TEST(probing_takes_no_memory_and_one_order_at_a_time)
{
    struct prober p = {0};

    seat_open(&seat);
    send_pictures(SOURCE_CAMERA, 3, PAYLOAD);
    const size_t before = mem_allocations();
    start(&p, ordered(1, 800000, 1500));
    start(&p, ordered(2, 800000, 1500));
    CHECK_EQ(p.order.number, 1);
    for (int i = 0; i < 20; i++, seat.now += MSEC(10))
        prober_run(&p, seat.viewer, seat.now, seat.out);
    CHECK(outbox_count(seat.out) >= 5);
    CHECK_EQ(mem_allocations(), before);
    prober_stop(&p);
    CHECK_EQ(prober_deadline(&p), USEC_NEVER);
    seat_close(&seat);
}
