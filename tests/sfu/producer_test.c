// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/producer_test.c - what a sender may do to us.
#include "sfu/producer.h"

#include "sfu/packet.h"
#include "sfu/slot_repair.h"
#include "support/check.h"
#include "support/seat.h"

static struct seat seat;

// V8-4: five thousand packets that claim to be one picture, which never ends.
TEST(a_picture_without_end_is_cut_off_and_another_asked_for)
{
    seat_open(&seat);
    const struct producer *camera = &seat.sender->producers[SOURCE_CAMERA];
    struct keyframe *keyframe = &seat.sender->producers[SOURCE_CAMERA].layers[0].keyframe;
    struct keyframe_pace pace = {0};
    unsigned forwarded = 0;
    unsigned asked = 0;

    seat.frozen = true;
    for (unsigned i = 0; i < 5000; i++, seat.now += MSEC(2)) {
        forwarded += seat_receive(&seat, SOURCE_CAMERA, 1000, false) == PRODUCER_FORWARD;
        asked += keyframe_due(keyframe, &pace, seat.now);
    }
    CHECK_EQ(forwarded, 512);
    CHECK(asked >= 5 && asked <= 30); // nine seconds, the last four of them once a second
    seat.frozen = false;
    CHECK(seat_receive(&seat, SOURCE_CAMERA, 1000, true) == PRODUCER_FORWARD);
    CHECK(camera->layers[0].keyframe.wanted);
    seat_close(&seat);
}

TEST(many_pictures_without_a_marker_are_pictures_all_the_same)
{
    seat_open(&seat);
    for (unsigned i = 0; i < 5000; i++, seat.now += MSEC(2))
        CHECK(seat_receive(&seat, SOURCE_SCREEN, 1000, false) == PRODUCER_FORWARD);
    CHECK(!seat.sender->producers[SOURCE_SCREEN].layers[0].keyframe.wanted);
    seat_close(&seat);
}

// The sender's browser sends one of its packets again, asked or not (RFC 4588).
static enum producer_verdict repair(uint16_t seq)
{
    const struct stream stream = {.ssrc = 200, .repairs = true};
    uint8_t bytes[100];
    uint8_t original[PACKET_MAX];
    struct writer out = writer_over(bytes, sizeof bytes);
    enum drop reason;
    struct packet packet;
    struct rtp_view rtp;

    rtp_write_header(
        &out, &(struct rtp_fields){.payload_type = 97, .timestamp = 3000u * seq, .ssrc = 200});
    write_u16(&out, seq);
    write_u8(&out, 0x10); // begins a picture
    write_u8(&out, 0x01); // which is no key frame
    write_zeros(&out, 20);
    CHECK(rtp_read(&rtp, bytes_of(bytes, writer_len(&out))));
    return producer_receive(&seat.sender->producers[SOURCE_CAMERA],
                            &(struct producer_input){.now = seat.now,
                                                     .stream = &stream,
                                                     .rtp = &rtp,
                                                     .plain = bytes_of(bytes, writer_len(&out)),
                                                     .clock = &seat.sender->clock,
                                                     .original = original},
                            &packet, &reason);
}

static enum producer_verdict receive(void)
{
    return seat_receive(&seat, SOURCE_CAMERA, 1000, true);
}

// How many packets the sender is to be asked for.
static uint16_t asked(void)
{
    return seat.sender->producers[SOURCE_CAMERA].layers[0].nack->count;
}

TEST(what_is_lost_is_taken_when_it_comes_again)
{
    seat_open(&seat);
    CHECK(receive() == PRODUCER_FORWARD);
    const uint16_t lost = seat.in_seq[SOURCE_CAMERA]++;
    CHECK(receive() == PRODUCER_FORWARD);
    CHECK_EQ(asked(), 1);
    CHECK(repair(lost) == PRODUCER_FORWARD);
    CHECK_EQ(asked(), 0);
    seat_close(&seat);
}

TEST(pictures_taken_while_the_camera_was_shut_are_shown_to_nobody_afterwards)
{
    seat_open(&seat);
    CHECK(receive() == PRODUCER_FORWARD);
    member_shut(seat.sender, seat.now, SOURCE_CAMERA, true, true);
    CHECK(receive() == PRODUCER_DROP);
    const uint16_t muted = seat.in_seq[SOURCE_CAMERA]++; // lost on its way as well
    CHECK(receive() == PRODUCER_DROP);
    CHECK(repair(muted) == PRODUCER_DROP);
    member_shut(seat.sender, seat.now, SOURCE_CAMERA, true, false);
    CHECK(repair(muted) == PRODUCER_KEEP);
    CHECK(receive() == PRODUCER_FORWARD);
    CHECK_EQ(asked(), 0);
    CHECK(repair(muted) == PRODUCER_KEEP);
    const uint16_t lost = seat.in_seq[SOURCE_CAMERA]++;
    CHECK(receive() == PRODUCER_FORWARD);
    CHECK_EQ(asked(), 1);
    CHECK(repair(lost) == PRODUCER_FORWARD);
    seat_close(&seat);
}

TEST(pictures_taken_in_the_waiting_room_are_shown_to_nobody_afterwards)
{
    seat_open(&seat);
    CHECK(receive() == PRODUCER_FORWARD);
    member_gate(seat.sender, seat.now, false);
    const uint16_t waiting = (uint16_t)(seat.in_seq[SOURCE_CAMERA] + 5);
    seat.in_seq[SOURCE_CAMERA] = (uint16_t)(seat.in_seq[SOURCE_CAMERA] + 10); // nothing is opened
    member_gate(seat.sender, seat.now, true);
    CHECK(receive() == PRODUCER_FORWARD);
    CHECK_EQ(asked(), 0);
    CHECK(repair(waiting) == PRODUCER_KEEP);
    seat_close(&seat);
}

TEST(nothing_of_before_is_sent_again_once_a_camera_is_shut)
{
    seat_open(&seat);
    struct slot *slot = seat_slot(&seat, SOURCE_CAMERA);
    const uint16_t seq = seat_place(&seat, SOURCE_CAMERA, 1000, true);

    CHECK(slot_can_wait(slot, seq));
    CHECK(slot_repeat(slot, seat.now, seq, seat.out));
    member_shut(seat.sender, seat.now, SOURCE_CAMERA, false, true);
    member_shut(seat.sender, seat.now, SOURCE_CAMERA, false, false);
    CHECK(!slot_can_wait(slot, seq));
    CHECK(!slot_repeat(slot, seat.now, seq, seat.out));
    slot_lost(slot, seat.now, seq, seat.out);
    CHECK_EQ(outbox_count(seat.out), 1);
    seat_close(&seat);
}
