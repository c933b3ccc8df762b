// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/an_interrupted_path_comes_back_test.c - another network, or none for a while: the seat is kept and the rate is sane.
#include "sim/view.h"
#include "support/check.h"

static const struct room_options options = {
    .pairs = 3, .spares = 1, .simulcast = true, .temporal = true, .natural = true};

static void set_line(struct room *room, uint64_t capacity_bps, double loss)
{
    const struct line_settings line = {
        .capacity_bps = capacity_bps, .delay = MSEC(25), .loss = loss};
    const struct line_settings up = {.delay = MSEC(25), .loss = loss};

    room_set_line(room, 0, &up, &line);
}

static struct room *three(uint64_t seed)
{
    struct room *room = room_create(seed);

    for (size_t i = 0; i < 3; i++) {
        const size_t guest = room_enter(room, &options);
        if (i == 0)
            set_line(room, 5000000, 0);
        room_gate(room, guest, true);
    }
    for (size_t i = 0; i < 3; i++) {
        const struct sfu_want wants[] = {
            {.source = room_source(room, (i + 1) % 3, SOURCE_CAMERA), .height = 720},
            {.source = room_source(room, (i + 2) % 3, SOURCE_CAMERA), .height = 360}};
        room_want(room, i, wants, 2);
    }
    room_run(room, SEC(10));
    CHECK(view_bps(room, 0) > 1900000);
    return room;
}

TEST(a_narrow_new_network_is_not_flooded)
{
    struct room *room = three(240);
    struct guest *g = &room->guests[0];

    set_line(room, 600000, 0);
    g->path.local.port++;
    peer_move(g->peer, room->now, &g->path.local);
    room_run(room, SEC(4));
    room_count_anew(room, 0);
    room_run(room, SEC(10));
    CHECK(view_bps(room, 0) >= 300000);
    CHECK(view_bps(room, 0) <= 600000);
    CHECK(line_wait(g->line_down, 0.95) <= MSEC(200));
    CHECK(g->line_down->overflowed * 50 < g->line_down->in);
    CHECK_EQ(room_sums(room, 0).wrong_faces, 0);
    room_destroy(room);
}

TEST(after_silence_of_the_line_pictures_come_back_within_two_seconds)
{
    struct room *room = three(241);
    const uint32_t source = room_source(room, 1, SOURCE_CAMERA);

    set_line(room, 5000000, 1);
    room_run(room, SEC(6));
    const struct receiver *slot = room_slot_of(room, 0, source);
    CHECK(slot && room->now - slot->last_shown_at > SEC(5));
    set_line(room, 5000000, 0);
    room_run(room, SEC(2));
    CHECK(room->now - slot->last_shown_at < MSEC(200));
    room_run(room, SEC(8));
    CHECK(view_bps(room, 0) > 1900000);
    CHECK_EQ(room_sums(room, 0).wrong_faces, 0);
    room_destroy(room);
}
