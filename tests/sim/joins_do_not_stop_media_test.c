// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/joins_do_not_stop_media_test.c - many handshakes at one moment are spread over turns.
#include "support/check.h"
#include "support/room.h"

TEST(many_who_join_at_one_moment_are_all_connected)
{
    struct room *room = room_create(50);

    room_join(room, NULL);
    room_join(room, NULL);
    room_run(room, SEC(2));
    CHECK_EQ(room->at_once, 0);
    const uint32_t before = room_shown(room, 0, room_source(room, 1, SOURCE_MICROPHONE));
    for (int i = 0; i < 10; i++)
        room_enter(room, NULL);
    room_run(room, SEC(1));
    for (size_t i = 2; i < 12; i++)
        CHECK(room->guests[i].connected);
    CHECK(room->at_once > 0); // ten hellos of two datagrams were more than one turn's work
    CHECK_EQ(room_shown(room, 0, room_source(room, 1, SOURCE_MICROPHONE)), before + 50);
    room_destroy(room);
}
