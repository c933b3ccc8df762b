// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/a_lost_path_is_forgotten_test.c - nothing points to a member that was lost before it was closed.
#include "support/check.h"
#include "support/room.h"

TEST(a_lost_path_is_forgotten)
{
    const uint8_t alert[] = {21, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, 9, 0, 2, 1, 0};
    struct room *room = room_create(71);

    room_join(room, NULL);
    const size_t gone = room_join(room, NULL);
    room_run(room, SEC(2));
    peer_fall_silent(room->guests[gone].peer);
    room->guests[gone].loses_up = 1000000;
    room_run(room, SEC(40)); // consent is over: no path is left
    CHECK(room->guests[gone].lost);
    room_leave(room, gone);
    const uint64_t before = worker_counters(room->worker)->drops.count[DROP_UNKNOWN_PEER];
    room_send_raw(room, gone, bytes_of(alert, sizeof alert));
    room_run(room, SEC(1));
    CHECK_EQ(worker_counters(room->worker)->drops.count[DROP_UNKNOWN_PEER], before + 1);
    room_destroy(room);
}
