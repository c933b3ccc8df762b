// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/a_new_path_goes_on_test.c - ICE restarts, other networks, and silence: the same streams go on.
#include "support/check.h"
#include "support/room.h"

#include <stdio.h>
#include <string.h>

static uint32_t seen(const struct room *room, size_t at, size_t of)
{
    return room_shown(room, at, room_source(room, of, SOURCE_CAMERA));
}

static struct room *two(uint64_t seed)
{
    struct room *room = room_create(seed);

    room_join(room, NULL);
    room_join(room, NULL);
    room_run(room, SEC(2));
    return room;
}

static void move(struct room *room, size_t guest)
{
    struct guest *g = &room->guests[guest];

    g->path.local.port++;
    peer_move(g->peer, room->now, &g->path.local);
}

TEST(media_goes_on_after_a_change_of_network)
{
    struct room *room = two(40);
    const uint32_t before[2] = {seen(room, 0, 1), seen(room, 1, 0)};

    move(room, 1);
    room_run(room, SEC(2));
    CHECK(seen(room, 0, 1) > before[0] + 45);
    CHECK(seen(room, 1, 0) > before[1] + 45);
    CHECK_EQ(room_sums(room, 1).wrong_faces, 0);
    room_destroy(room);
}

TEST(media_goes_on_after_an_ice_restart)
{
    struct room *room = two(41);
    struct guest *g = &room->guests[1];
    struct sfu_command command = {
        .kind = SFU_RESTART_ICE, .router = ROOM_ROUTER, .transport = g->transport};
    struct ice_credentials theirs = {.ufrag = "guestagain", .pwd = "anotherpasswordofaguest"};
    struct ice_credentials ours = {.ufrag = "gatewayagain", .pwd = "anotherpasswordofthegateway"};

    memcpy(command.restart.local_ufrag, ours.ufrag, sizeof ours.ufrag);
    memcpy(command.restart.local_pwd, ours.pwd, sizeof ours.pwd);
    memcpy(command.restart.remote_ufrag, theirs.ufrag, sizeof theirs.ufrag);
    worker_apply(room->worker, room->now, &command, room->out);
    const uint32_t before = seen(room, 1, 0);
    const uint64_t answered = peer_answered(g->peer);
    g->path.local.port++;
    peer_move(g->peer, room->now, &g->path.local);
    peer_restart_ice(g->peer, room->now, &theirs, &ours);
    room_run(room, SEC(15)); // longer than the old credentials live
    CHECK(peer_answered(g->peer) > answered + 4);
    CHECK(seen(room, 1, 0) > before + 400);
    CHECK_EQ(room_sums(room, 1).broken, 0);
    room_destroy(room);
}

TEST(whoever_falls_silent_gets_nothing_until_it_comes_back)
{
    struct room *room = two(42);
    struct guest *g = &room->guests[1];

    peer_fall_silent(g->peer);
    for (size_t i = 0; i < SOURCE_KINDS; i++)
        g->senders[i].on = false;
    room_run(room, SEC(40)); // consent expires after 30 s
    CHECK(g->lost);
    const uint32_t got = g->rtp + g->rtcp;
    room_run(room, SEC(2));
    CHECK_EQ(g->rtp + g->rtcp, got);
    const uint32_t before = seen(room, 1, 0);
    move(room, 1);
    room_run(room, SEC(2));
    CHECK(!g->lost);
    CHECK(seen(room, 1, 0) > before + 40);
    room_destroy(room);
}
