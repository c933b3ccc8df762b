// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/removed_gets_nothing_more_test.c - after a close nothing goes to it, and nothing of it goes on.
#include "support/check.h"
#include "support/room.h"

TEST(removed_gets_nothing_more)
{
    struct room *room = room_create(5);

    room_join(room, NULL);
    room_join(room, NULL);
    room_run(room, SEC(2));
    room_leave(room, 1);
    room_run(room, 2 * room->delay);
    const struct guest *removed = &room->guests[1];
    const uint32_t got = removed->rtp + removed->rtcp;
    const uint64_t answered = peer_answered(removed->peer);
    const uint32_t seen = room->guests[0].rtp;
    room_run(room, SEC(5)); // it goes on sending and checking
    CHECK(got > 100);
    CHECK_EQ(removed->rtp + removed->rtcp, got);
    CHECK_EQ(peer_answered(removed->peer), answered);
    CHECK_EQ(room->guests[0].rtp, seen);
    CHECK(!room_slot_of(room, 0, room_source(room, 1, SOURCE_CAMERA)));
    const struct worker_counters *counters = worker_counters(room->worker);
    CHECK_EQ(counters->transports, 1);
    CHECK(counters->drops.count[DROP_UNKNOWN_PEER] > 100);
    CHECK(counters->drops.count[DROP_UNKNOWN_UFRAG] > 0);
    room_destroy(room);
}

TEST(drops_of_the_removed_are_still_counted)
{
    struct room *room = room_create(6);
    uint8_t garbage[100] = {0x80, 111};

    room_join(room, NULL);
    room_run(room, SEC(1));
    for (int i = 0; i < 10; i++)
        room_send_raw(room, 0, bytes_of(garbage, sizeof garbage));
    room_run(room, MSEC(100));
    CHECK_EQ(worker_counters(room->worker)->drops.count[DROP_BAD_SRTP], 10);
    room_leave(room, 0);
    CHECK_EQ(worker_counters(room->worker)->drops.count[DROP_BAD_SRTP], 10);
    room_destroy(room);
}

TEST(closing_a_router_ends_all_its_transports)
{
    struct room *room = room_create(7);
    struct sfu_command close = {.kind = SFU_CLOSE_ROUTER, .router = ROOM_ROUTER};

    room_join(room, NULL);
    room_join(room, NULL);
    room_run(room, SEC(2));
    worker_apply(room->worker, room->now, &close, room->out);
    CHECK_EQ(worker_counters(room->worker)->transports, 0);
    CHECK_EQ(worker_counters(room->worker)->routers, 0);
    room_run(room, 2 * room->delay);
    const uint32_t got = room->guests[0].rtp;
    room_run(room, SEC(1));
    CHECK_EQ(room->guests[0].rtp, got);
    room_destroy(room);
}
