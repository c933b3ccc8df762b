// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/waiting_member_gets_nothing_test.c - whoever waits is connected, and no packet goes either way.
#include "support/check.h"
#include "support/room.h"

static void run_with_two_admitted(struct room **room)
{
    *room = room_create(3);
    room_join(*room, NULL);
    room_join(*room, NULL);
}

TEST(waiting_member_gets_no_media_and_no_rtcp)
{
    struct room *room;

    run_with_two_admitted(&room);
    const size_t waiting = room_enter(room, NULL);
    room_run(room, SEC(5));
    const struct guest *g = &room->guests[waiting];
    CHECK(g->connected);
    CHECK_EQ(g->rtp, 0);
    CHECK_EQ(g->rtcp, 0);
    for (uint8_t i = 0; i < g->parameters.line_count; i++)
        CHECK_EQ(g->told[i], 0);
    room_destroy(room);
}

TEST(nobody_gets_anything_of_a_waiting_member)
{
    struct room *room;

    run_with_two_admitted(&room);
    const size_t waiting = room_enter(room, NULL);
    room_run(room, SEC(5));
    for (size_t i = 0; i < 2; i++) {
        CHECK_EQ(room_shown(room, i, room_source(room, waiting, SOURCE_CAMERA)), 0);
        CHECK_EQ(room_shown(room, i, room_source(room, waiting, SOURCE_MICROPHONE)), 0);
        CHECK(!room_slot_of(room, i, room_source(room, waiting, SOURCE_CAMERA)));
    }
    CHECK(worker_counters(room->worker)->drops.count[DROP_NOT_ADMITTED] > 100);
    room_destroy(room);
}

TEST(admitting_opens_both_directions)
{
    struct room *room;

    run_with_two_admitted(&room);
    const size_t waiting = room_enter(room, NULL);
    room_run(room, SEC(3));
    room_gate(room, waiting, true);
    room_run(room, MSEC(500));
    for (size_t i = 0; i < 2; i++) {
        CHECK(room_shown(room, i, room_source(room, waiting, SOURCE_CAMERA)) > 5);
        CHECK(room_shown(room, waiting, room_source(room, i, SOURCE_CAMERA)) > 5);
        CHECK(room_shown(room, waiting, room_source(room, i, SOURCE_MICROPHONE)) > 5);
    }
    room_destroy(room);
}

TEST(back_to_the_waiting_room_shuts_both_directions_at_once)
{
    struct room *room;

    run_with_two_admitted(&room);
    room_run(room, SEC(3));
    room_gate(room, 1, false);
    room_run(room, 2 * room->delay); // what is on its way
    const uint32_t seen = room->guests[0].rtp;
    const uint32_t got = room->guests[1].rtp + room->guests[1].rtcp;
    room_run(room, SEC(2));
    CHECK_EQ(room->guests[0].rtp, seen);
    CHECK_EQ(room->guests[1].rtp + room->guests[1].rtcp, got);
    CHECK(!room_slot_of(room, 0, room_source(room, 1, SOURCE_CAMERA)));
    room_destroy(room);
}
