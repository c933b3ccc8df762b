// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/loss_is_repaired_test.c - lost pictures come again, in every slot and on both legs.
#include "support/check.h"
#include "support/room.h"

#define PEOPLE 4

TEST(loss_towards_a_viewer_is_repaired_in_every_slot)
{
    struct room *room = room_create(10);

    for (size_t i = 0; i < PEOPLE; i++)
        room_join(room, NULL);
    room_run(room, SEC(2));
    room->guests[0].loses_down = 50000;
    room_run(room, SEC(20));
    for (size_t i = 1; i < PEOPLE; i++) {
        const struct receiver *r = room_slot_of(room, 0, room_source(room, i, SOURCE_CAMERA));
        CHECK(r && r->repaired > 5);
        CHECK(r->holes <= 1);
        CHECK(r->shown[room_source(room, i, SOURCE_CAMERA)] > 600);
    }
    CHECK_EQ(room_sums(room, 0).broken, 0);
    CHECK_EQ(room_sums(room, 0).wrong_faces, 0);
    CHECK(worker_counters(room->worker)->retransmitted > 15);
    for (size_t i = 1; i < PEOPLE; i++)
        CHECK_EQ(room_sums(room, i).repaired, 0); // only who asked
    room_destroy(room);
}

TEST(loss_from_a_publisher_is_asked_for_once_and_reaches_all)
{
    struct room *room = room_create(11);

    for (size_t i = 0; i < PEOPLE; i++)
        room_join(room, NULL);
    room_run(room, SEC(2));
    room->guests[0].loses_up = 50000;
    room_run(room, SEC(20));
    CHECK(room->guests[0].nacked > 20);
    CHECK(room->guests[0].not_reported > 20);
    for (size_t i = 1; i < PEOPLE; i++) {
        const struct receiver *r = room_slot_of(room, i, room_source(room, 0, SOURCE_CAMERA));
        CHECK(r && r->holes <= 1);
        CHECK(r->shown[room_source(room, 0, SOURCE_CAMERA)] > 600);
        CHECK_EQ(r->broken, 0);
    }
    room_destroy(room);
}
