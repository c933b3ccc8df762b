// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/intake_test.c - what a sender that begins anew again and again costs its viewers.
#include "sfu/intake.h"

#include "sfu/fanout.h"
#include "sfu/slot.h"
#include "support/check.h"
#include "support/seat.h"

static struct seat seat;

// The first packet of a key frame of 160 by 90, on a stream that the offer told of.
static void send_key(uint32_t ssrc, uint16_t seq)
{
    static const uint8_t vp8[] = {0x10, 0x10, 0, 0, 0x9d, 0x01, 0x2a, 160, 0, 90, 0};
    uint8_t bytes[100];
    struct writer out = writer_over(bytes, sizeof bytes);

    seat.sender->parameters->lines[0].announced_ssrc[0] = ssrc;
    rtp_write_header(&out, &(struct rtp_fields){.marker = true,
                                                .payload_type = 96,
                                                .seq = seq,
                                                .timestamp = 3000u * seq,
                                                .ssrc = ssrc});
    write_bytes(&out, bytes_of(vp8, sizeof vp8));
    CHECK(out.ok);
    if (fanout_is_full(seat.fanout))
        fanout_flush(seat.fanout, seat.now, seat.out);
    intake_rtp(seat.sender, seat.now, bytes_of(bytes, writer_len(&out)));
}

TEST(a_stream_that_begins_anew_goes_on_with_its_first_key_frame)
{
    seat_open(&seat);
    const struct slot *slot = seat_slot(&seat, SOURCE_CAMERA);

    seat_slot(&seat, SOURCE_CAMERA)->height = 180;
    send_key(1, 100);
    downlink_tick(seat.viewer, seat.now, seat.out);
    fanout_flush(seat.fanout, seat.now, seat.out);
    CHECK_EQ(slot->packets, 1);
    seat.now += MSEC(20);
    send_key(2, 500);
    fanout_flush(seat.fanout, seat.now, seat.out);
    CHECK_EQ(slot->packets, 2);
    CHECK_EQ(slot->choice.current, 0);
    seat_close(&seat);
}

TEST(a_stream_that_begins_anew_with_each_packet_has_its_viewers_planned_once_a_turn)
{
    seat_open(&seat);
    const struct slot *slot = seat_slot(&seat, SOURCE_CAMERA);

    seat_slot(&seat, SOURCE_CAMERA)->height = 180;
    send_key(1, 100);
    downlink_tick(seat.viewer, seat.now, seat.out);
    fanout_flush(seat.fanout, seat.now, seat.out);
    const usec fitted_at = seat.viewer->downlink.fitted_at;
    seat.now += MSEC(20);
    for (uint16_t i = 1; i <= 200; i++)
        send_key(1 + i % 2, (uint16_t)(100 + i));
    fanout_flush(seat.fanout, seat.now, seat.out);
    CHECK(slot->packets > 100);
    CHECK_EQ(seat.viewer->downlink.fitted_at, fitted_at);
    downlink_tick(seat.viewer, seat.now, seat.out);
    CHECK_EQ(seat.viewer->downlink.fitted_at, seat.now);
    seat_close(&seat);
}
