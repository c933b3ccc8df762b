// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/feedback_test.c - how much of a viewer's reports is looked at.
#include "sfu/feedback.h"

#include "sfu/estimate/estimate.h"
#include "support/check.h"
#include "support/seat.h"
#include "wire/rtcp.h"
#include "wire/rtcp_feedback.h"

static struct seat seat;

// Transport-wide feedback: of so many packets, none arrived. 8,191 fit into two bytes.
static void write_report(struct writer *out, uint16_t count)
{
    const unsigned chunks = count / 8191u + 1;

    write_u8(out, 0x80 | 15);
    write_u8(out, RTCP_RTPFB);
    write_u16(out, (uint16_t)(4 + (chunks + 1) / 2));
    write_u32(out, 1);
    write_u32(out, 2);
    write_u16(out, 0);
    write_u16(out, count);
    write_u32(out, 0);
    for (unsigned i = 0; i < chunks; i++)
        write_u16(out, (uint16_t)(i + 1 < chunks ? 8191 : count % 8191u));
    write_zeros(out, chunks % 2 * 2);
}

static uint64_t refused(unsigned reports, uint16_t count)
{
    const uint64_t before = seat.counters.drops.count[DROP_RATE];
    uint8_t packet[1472];
    struct writer out = writer_over(packet, sizeof packet);

    for (unsigned i = 0; i < reports; i++)
        write_report(&out, count);
    CHECK(out.ok);
    feedback_receive(seat.viewer, seat.now, bytes_of(packet, writer_len(&out)), seat.out);
    CHECK_EQ(seat.counters.drops.count[DROP_BAD_RTCP], 0);
    return seat.counters.drops.count[DROP_RATE] - before;
}

// One datagram that tells of two million packets, a thousand times a second.
TEST(reports_of_more_packets_than_any_line_carries_are_not_looked_at)
{
    seat_open(&seat);
    for (unsigned ms = 0; ms < 1000; ms++, seat.now += MSEC(1))
        CHECK_EQ(refused(32, 65528), 32);
    seat_close(&seat);
}

TEST(a_storm_of_reports_is_bounded)
{
    uint64_t looked_at = 0;

    seat_open(&seat);
    for (unsigned ms = 0; ms < 1000; ms++, seat.now += MSEC(1))
        looked_at += 40 - refused(40, 900);
    CHECK(looked_at >= 40 && looked_at <= 60); // 1,000 each with what a report costs anyway
    seat_close(&seat);
}

// 20 Mbit/s, and now and then nothing came for five seconds.
TEST(reports_of_a_fast_line_are_all_looked_at)
{
    seat_open(&seat);
    for (unsigned i = 0; i < 1000; i++, seat.now += MSEC(50))
        CHECK_EQ(refused(1, i % 200 == 199 ? 12500 : 125), 0);
    seat_close(&seat);
}

// RC-P5: of a viewer that has nothing better to say.
TEST(a_receiver_estimate_is_taken_within_bounds)
{
    static const uint64_t said[] = {1, 30001, 5000000, UINT64_MAX};
    static const uint64_t taken[] = {30000, 30001, 5000000, 20000000};
    uint8_t packet[64];

    seat_open(&seat);
    estimate_destroy(seat.viewer->downlink.estimate);
    seat.viewer->downlink.estimate = NULL;
    for (size_t i = 0; i < ARRAY_LEN(said); i++) {
        struct writer out = writer_over(packet, sizeof packet);
        remb_write(&out, 1, said[i], NULL, 0);
        feedback_receive(seat.viewer, seat.now, bytes_of(packet, writer_len(&out)), seat.out);
        CHECK_EQ(downlink_target(seat.viewer, seat.now), taken[i]);
    }
    struct writer out = writer_over(packet, sizeof packet);
    remb_write(&out, 1, 0, NULL, 0);
    feedback_receive(seat.viewer, seat.now, bytes_of(packet, writer_len(&out)), seat.out);
    CHECK_EQ(downlink_target(seat.viewer, seat.now), 20000000);
    seat_close(&seat);
}
