// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/paced_picture_test.c - a large picture on a small line, as its viewer's browser sees it.
#include "base/mem.h"
#include "sfu/downlink.h"
#include "sfu/slot_repair.h"
#include "sfu/slot_writer.h"
#include "support/check.h"
#include "support/seat.h"

#define PACKETS 50 // of a key frame of 60 kB
#define PAYLOAD 1120
#define MEDIA_RATE 2500000 // of a target of 1 Mbit/s

static struct seat seat;

static void send_sound(uint16_t seq)
{
    struct slot *slot = seat.viewer->sounds[0];
    struct rtp_fields fields = {.payload_type = slot->line->payload_type,
                                .ssrc = slot->line->ssrc,
                                .seq = seq,
                                .timestamp = 960u * seq};

    CHECK(slot_write_sound(slot, seat.now, &fields, bytes_of_string("some sound"), seat.out));
}

// All at once, as after a turn in which the whole picture came. Returns how many did not wait.
static size_t send_picture(enum source_kind kind, size_t packets)
{
    struct slot *slot = seat_slot(&seat, kind);
    size_t at_once = 0;

    for (size_t i = 0; i < packets; i++) {
        const uint16_t seq = seat_place(&seat, kind, PAYLOAD, i + 1 == packets);
        if (downlink_holds(seat.viewer, seat.now, slot, seq, PAYLOAD + 4))
            continue;
        seat_write(&seat, kind, seq);
        at_once++;
    }
    return at_once;
}

static void send_held(void)
{
    struct pacer_held held;

    while (pacer_take(&seat.viewer->downlink.pacer, seat.now, &held) == PACER_SEND)
        CHECK(slot_send_held(&seat.viewer->slots[held.slot], seat.now, held.seq, seat.out));
    seat_deliver(&seat);
}

TEST(a_key_frame_takes_its_time_and_sound_does_not_wait_for_it)
{
    seat_open(&seat);
    const struct slot *sound = seat.viewer->sounds[0];
    uint16_t spoken = 0;

    pacer_set_rate(&seat.viewer->downlink.pacer, seat.now, MEDIA_RATE);
    CHECK(pacer_prepare(&seat.viewer->downlink.pacer));
    CHECK_EQ(send_picture(SOURCE_CAMERA, 1), 1); // the cache of its layer is there from now on
    seat_deliver(&seat);
    seat.now += MSEC(100);
    seat.count = 0;
    const usec began = seat.now;
    const size_t allocations = mem_allocations();
    CHECK(send_picture(SOURCE_CAMERA, PACKETS) < PACKETS / 3);
    for (; seat.now < began + MSEC(400); seat.now += MSEC(1)) {
        if ((seat.now - began) % MSEC(20) == 0)
            send_sound(spoken++);
        send_held();
    }
    CHECK_EQ(mem_allocations(), allocations);
    size_t pictures = 0;
    size_t sounds = 0;
    usec last = 0;
    uint16_t first_seq = 0;
    for (size_t i = 0; i < seat.count; i++) {
        const struct seated *got = &seat.got[i];
        if (got->rtp.ssrc == sound->line->ssrc) {
            CHECK_EQ(got->at, began + MSEC(20) * (usec)sounds);
            sounds++;
            continue;
        }
        first_seq = pictures ? first_seq : got->rtp.seq;
        CHECK_EQ(got->rtp.seq, (uint16_t)(first_seq + pictures));
        CHECK_EQ(got->rtp.marker, pictures + 1 == PACKETS);
        pictures++;
        last = got->at;
    }
    CHECK_EQ(pictures, PACKETS);
    CHECK_EQ(sounds, spoken);
    CHECK(last >= began + MSEC(130) && last <= began + MSEC(210));
    seat_close(&seat);
}

TEST(a_small_picture_does_not_wait_for_a_large_one)
{
    seat_open(&seat);
    pacer_set_rate(&seat.viewer->downlink.pacer, seat.now, MEDIA_RATE);
    const usec began = seat.now;

    (void)send_picture(SOURCE_SCREEN, PACKETS);
    CHECK_EQ(send_picture(SOURCE_CAMERA, 2), 0);
    for (; seat.now < began + MSEC(400); seat.now += MSEC(1))
        send_held();
    const uint32_t camera = seat_slot(&seat, SOURCE_CAMERA)->line->ssrc;
    size_t seen = 0;
    for (size_t i = 0; i < seat.count; i++) {
        if (seat.got[i].rtp.ssrc != camera)
            continue;
        CHECK(seat.got[i].at <= began + MSEC(20));
        seen++;
    }
    CHECK_EQ(seen, 2);
    CHECK_EQ(seat.count, PACKETS + 2);
    seat_close(&seat);
}

TEST(what_waits_is_forgotten_when_somebody_else_gets_the_slot)
{
    seat_open(&seat);
    struct slot *slot = seat_slot(&seat, SOURCE_SCREEN);

    pacer_set_rate(&seat.viewer->downlink.pacer, seat.now, MEDIA_RATE);
    const size_t at_once = send_picture(SOURCE_SCREEN, PACKETS);
    CHECK(seat.viewer->downlink.pacer.held > 0);
    slot_clear(slot);
    CHECK_EQ(seat.viewer->downlink.pacer.held, 0);
    seat.now += MSEC(300);
    send_held();
    CHECK_EQ(seat.count, at_once);
    seat_close(&seat);
}
