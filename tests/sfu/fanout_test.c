// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/fanout_test.c - what was kept of somebody who went is sent to nobody, and the rest is.
#include "sfu/fanout.h"

#include "sfu/slot.h"
#include "support/check.h"
#include "support/seat.h"

static struct seat seat;

static void add(enum source_kind kind, uint16_t seq)
{
    static const uint8_t vp8[] = {0x10, 0x10, 0, 0, 0x9d, 0x01, 0x2a, 160, 0, 90, 0};
    struct packet packet = {.from = &seat.sender->producers[kind],
                            .payload = bytes_of(vp8, sizeof vp8),
                            .timestamp = 3000,
                            .seq = seq,
                            .marker = true,
                            .in_order = true};

    CHECK(vp8_read(&packet.vp8, packet.payload));
    fanout_add(seat.fanout, &packet);
}

TEST(packets_of_somebody_who_went_are_sent_to_nobody)
{
    seat_open(&seat);
    add(SOURCE_CAMERA, 1);
    add(SOURCE_SCREEN, 1);
    sfu_member_destroy(seat.sender);
    seat.sender = NULL;
    CHECK(fanout_is_empty(seat.fanout));
    fanout_flush(seat.fanout, seat.now, seat.out);
    CHECK_EQ(outbox_count(seat.out), 0);
    seat_close(&seat);
}

TEST(packets_of_others_stay)
{
    seat_open(&seat);
    layer_choice_allow(&seat_slot(&seat, SOURCE_SCREEN)->choice, 0, 2);
    add(SOURCE_CAMERA, 1);
    add(SOURCE_SCREEN, 7);
    struct member other = {0};
    struct producer its = {.member = &other};
    list_init(&its.slots);
    fanout_add(seat.fanout, &(struct packet){.from = &its, .payload = bytes_of("x", 1)});
    add(SOURCE_SCREEN, 8);
    fanout_forget(seat.fanout, &other);
    fanout_flush(seat.fanout, seat.now, seat.out);
    CHECK_EQ(seat_slot(&seat, SOURCE_SCREEN)->packets, 2);
    seat_close(&seat);
}
