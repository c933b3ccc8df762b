// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/hot_path_allocates_nothing_test.c - once everybody is in and lines were bad once, forwarding takes no memory.
#include "support/check.h"
#include "support/room.h"

TEST(hot_path_allocates_nothing)
{
    struct room *room = room_create(22);

    for (size_t i = 0; i < 4; i++)
        room_join(room, NULL);
    for (size_t i = 0; i < 4; i++) {
        room->guests[i].loses_down = 20000;
        room->guests[i].loses_up = 20000;
    }
    room_run(room, SEC(5)); // what copies of lost sound are kept in is taken now
    room->allocations = 0;
    room_run(room, SEC(5));
    for (size_t i = 0; i < 10; i++) {
        const struct sfu_want want = {.source = room_source(room, 1 + i % 3, SOURCE_CAMERA),
                                      .height = (uint16_t)(180u << i % 3)};
        room_want(room, 0, &want, 1);
        room_run(room, MSEC(500));
    }
    CHECK(worker_counters(room->worker)->retransmitted > 0);
    CHECK_EQ(room->allocations, 0);
    room_destroy(room);
}
