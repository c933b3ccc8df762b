// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/viewers_are_served_in_turn_test.c - packets for one viewer stand together, another is first each time.
#include "support/check.h"
#include "support/room.h"

TEST(viewers_are_served_in_turn)
{
    struct room *room = room_create(60);

    for (size_t i = 0; i < 4; i++) {
        room_join(room, &(struct room_options){.pairs = 4, .spares = 2}); // two packets a picture
        if (i > 0)
            room_pause(room, i, SOURCE_MICROPHONE, true);
        if (i > 0)
            room_pause(room, i, SOURCE_CAMERA, true);
    }
    room_run(room, SEC(10));
    for (size_t i = 1; i < 4; i++)
        CHECK(room->first_to[i] > 140 && room->first_to[i] < 350); // of about 700
    CHECK_EQ(room->interleaved, 0);
    room_destroy(room);
}
