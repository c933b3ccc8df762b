// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/coming_back_takes_over_test.c - a member that comes back is seen, though its old transport is still there.
#include "support/check.h"
#include "support/room.h"

TEST(coming_back_takes_over)
{
    struct room *room = room_create(70);

    room_join(room, NULL);
    const size_t old = room_join(room, NULL);
    room_run(room, SEC(2));
    const uint32_t source = room_source(room, old, SOURCE_CAMERA);
    const uint32_t voice = room_source(room, old, SOURCE_MICROPHONE);
    const size_t back = room_join(
        room, &(struct room_options){.pairs = 4, .spares = 2, .number = room->guests[old].number});
    for (size_t i = 0; i < SOURCE_KINDS; i++)
        room->guests[old].senders[i].on = false; // the page is gone, and nobody knows yet
    room_run(room, SEC(1));
    const uint32_t shown = room_shown(room, 0, source);
    const uint32_t heard = room_shown(room, 0, voice);
    room_run(room, SEC(2));
    CHECK(room_shown(room, 0, source) > shown + 50);
    CHECK(room_shown(room, 0, voice) > heard + 80);
    CHECK(room_shown(room, back, room_source(room, 0, SOURCE_CAMERA)) > 50);
    CHECK_EQ(room_shown(room, back, source), 0); // not itself
    room_leave(room, old);
    const uint32_t before = room_shown(room, 0, source);
    room_run(room, SEC(1));
    CHECK(room_shown(room, 0, source) > before + 25);
    CHECK_EQ(room_sums(room, 0).wrong_faces, 0);
    CHECK_EQ(room_sums(room, 0).broken, 0);
    room_destroy(room);
}
