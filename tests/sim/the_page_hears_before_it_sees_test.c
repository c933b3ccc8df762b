// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/the_page_hears_before_it_sees_test.c - where somebody else was to be seen, word goes first.
#include "support/check.h"
#include "support/room.h"

TEST(a_picture_of_somebody_new_waits_until_the_page_has_heard_of_it)
{
    struct room *room = room_create(5);

    for (size_t i = 0; i < 3; i++)
        room_join(room, &(struct room_options){.pairs = 1, .spares = 2});
    room_run(room, SEC(1));
    const struct receiver *slot = &room->guests[0].receivers[ROOM_FIRST_SLOT + 1];
    const uint32_t first = room_source(room, 1, SOURCE_CAMERA);
    const uint32_t second = room_source(room, 2, SOURCE_CAMERA);
    room_want(room, 0, &(struct sfu_want){.source = first, .height = 180}, 1);
    room_run(room, SEC(1));
    CHECK(slot->shown[first] > 10);

    const uint32_t before = slot->shown[second];
    const uint32_t seen = slot->shown[first];
    room_want(room, 0, &(struct sfu_want){.source = second, .height = 180}, 1);
    room_run(room, MSEC(140));
    CHECK_EQ(slot->shown[second], before);
    CHECK(slot->shown[first] <= seen + 4); // what was on its way
    room_run(room, MSEC(360));
    CHECK(slot->shown[second] > before);
    room_destroy(room);
}
