// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/one_room_on_several_threads_test.c - members of one meetup on two and three workers: nobody notices.
#include "sfu/copy.h"
#include "support/check.h"
#include "support/room.h"

static size_t join_at(struct room *room, uint8_t worker)
{
    return room_join(
        room, &(struct room_options){.pairs = 5, .spares = 2, .simulcast = true, .worker = worker});
}

static void check_clean(const struct room *room, size_t guest)
{
    const struct receiver_sums sums = room_sums(room, guest);

    CHECK(room->guests[guest].connected);
    CHECK_EQ(room->guests[guest].strange, 0);
    CHECK_EQ(sums.holes, 0);
    CHECK_EQ(sums.wrong_faces, 0);
    CHECK_STR(sums.why, "");
}

TEST(everyone_sees_and_hears_everyone_over_three_workers)
{
    struct room *room = room_create(301);

    for (size_t i = 0; i < 6; i++)
        CHECK_EQ(join_at(room, (uint8_t)(i % 3)), i);
    room_run(room, SEC(5));
    for (size_t i = 0; i < 6; i++) {
        size_t voices = 0;
        check_clean(room, i);
        for (size_t j = 0; j < 6; j++) {
            CHECK(i == j || room_shown(room, i, room_source(room, j, SOURCE_CAMERA)) > 110);
            voices += room_shown(room, i, room_source(room, j, SOURCE_MICROPHONE)) > 100;
        }
        CHECK(voices >= 3); // four of the six are forwarded, one of them may be its own
    }
    CHECK(room->dominant != 0);
    room_destroy(room);
}

TEST(a_viewer_on_another_worker_who_comes_late_sees_a_picture_at_once)
{
    struct room *room = room_create(302);

    join_at(room, 0);
    join_at(room, 0);
    room_run(room, SEC(10));
    const uint32_t asked = room->guests[0].keys_asked;
    const size_t late = join_at(room, 1);
    const usec joined = room->now;
    room_run(room, SEC(2));
    CHECK(room->guests[0].keys_asked > asked); // across
    CHECK(room->guests[0].keys_asked <= asked + 3);
    CHECK(room->copies[1][COPY_KEY_FRAME] > 0);
    CHECK(room->copies[1][COPY_KEY_FRAME] < 20);
    for (size_t i = 0; i < late; i++) {
        const struct receiver *r = room_slot_of(room, late, room_source(room, i, SOURCE_CAMERA));
        CHECK(r != NULL);
        CHECK(r->first_shown_at - joined < MSEC(300));
        CHECK_EQ(r->broken, 0);
    }
    check_clean(room, late);
    room_destroy(room);
}

TEST(who_leaves_is_gone_on_all_workers)
{
    struct room *room = room_create(303);

    join_at(room, 0);
    join_at(room, 1);
    const size_t viewer = join_at(room, 1);
    room_run(room, SEC(3));
    const uint32_t camera = room_source(room, 0, SOURCE_CAMERA);
    CHECK(room_slot_of(room, viewer, camera) != NULL);
    room_leave(room, 0);
    room_run(room, MSEC(20));
    CHECK(room_slot_of(room, viewer, camera) == NULL);
    CHECK(room_slot_of(room, viewer, room_source(room, 1, SOURCE_CAMERA)) != NULL);
    room_run(room, SEC(2));
    check_clean(room, viewer);
    room_destroy(room);
}

TEST(what_is_muted_is_not_forwarded_on_any_worker)
{
    struct room *room = room_create(304);

    join_at(room, 0);
    const size_t viewer = join_at(room, 1);
    const uint32_t voice = room_source(room, 0, SOURCE_MICROPHONE);
    const uint32_t camera = room_source(room, 0, SOURCE_CAMERA);
    room_run(room, SEC(3));
    room_mute(room, 0, SOURCE_MICROPHONE, true);
    room_pause(room, 0, SOURCE_CAMERA, true);
    room_run(room, MSEC(50)); // what is on its way
    const uint32_t heard = room_shown(room, viewer, voice);
    const uint32_t seen = room_shown(room, viewer, camera);
    CHECK(heard > 100 && seen > 60);
    room_run(room, SEC(4)); // the sender is deaf to it and goes on
    CHECK_EQ(room_shown(room, viewer, voice), heard);
    CHECK_EQ(room_shown(room, viewer, camera), seen);
    room_mute(room, 0, SOURCE_MICROPHONE, false);
    room_pause(room, 0, SOURCE_CAMERA, false);
    room_run(room, SEC(2));
    CHECK(room_shown(room, viewer, voice) > heard + 80);
    CHECK(room_shown(room, viewer, camera) > seen + 40);
    check_clean(room, viewer);
    room_destroy(room);
}

TEST(who_is_no_longer_admitted_is_not_seen_on_any_worker)
{
    struct room *room = room_create(305);

    join_at(room, 0);
    const size_t viewer = join_at(room, 1);
    const uint32_t camera = room_source(room, 0, SOURCE_CAMERA);
    room_run(room, SEC(3));
    room_gate(room, 0, false);
    room_run(room, MSEC(50));
    const uint32_t seen = room_shown(room, viewer, camera);
    CHECK(room_slot_of(room, viewer, camera) == NULL);
    room_run(room, SEC(2));
    CHECK_EQ(room_shown(room, viewer, camera), seen);
    room_gate(room, 0, true);
    room_run(room, SEC(2));
    CHECK(room_shown(room, viewer, camera) > seen + 40);
    check_clean(room, viewer);
    room_destroy(room);
}

TEST(layers_that_only_viewers_elsewhere_need_are_sent_and_others_are_stopped)
{
    struct room *room = room_create(306);
    struct sfu_want want = {.height = 720};

    join_at(room, 0);
    const size_t viewer = join_at(room, 1);
    want.source = room_source(room, 0, SOURCE_CAMERA);
    room_want(room, viewer, &want, 1);
    room_run(room, SEC(12));
    CHECK(!room->guests[0].senders[SOURCE_CAMERA].layers[2].stopped);
    const struct receiver *r = room_slot_of(room, viewer, want.source);
    CHECK(r && r->layer == 2);
    want.height = 180;
    room_want(room, viewer, &want, 1);
    room_run(room, SEC(12));
    CHECK(room->guests[0].senders[SOURCE_CAMERA].layers[2].stopped);
    want.height = 720;
    room_want(room, viewer, &want, 1);
    room_run(room, SEC(4));
    CHECK(!room->guests[0].senders[SOURCE_CAMERA].layers[2].stopped);
    room_run(room, SEC(4));
    CHECK_EQ(room_slot_of(room, viewer, want.source)->layer, 2);
    CHECK(room->copies[1][COPY_LAYERS] < 40); // seldom
    room_destroy(room);
}

TEST(loss_towards_a_viewer_elsewhere_is_repaired_there)
{
    struct room *room = room_create(307);

    join_at(room, 0);
    const size_t viewer = join_at(room, 1);
    room_run(room, SEC(3));
    room->guests[viewer].loses_down = 50000;
    const uint32_t nacked = room->guests[0].nacked;
    room_run(room, SEC(20));
    room->guests[viewer].loses_down = 0;
    room_run(room, SEC(1));
    const struct receiver_sums sums = room_sums(room, viewer);
    CHECK(sums.repaired > 15);
    CHECK_EQ(room->guests[0].nacked, nacked); // its sender never heard of it
    room_destroy(room);
}

TEST(loss_on_the_way_to_the_gateway_is_repaired_for_all_workers)
{
    struct room *room = room_create(308);

    join_at(room, 0);
    const size_t near = join_at(room, 0), far = join_at(room, 1);
    room_run(room, SEC(2));
    room->guests[0].loses_up = 20000;
    room_run(room, SEC(5));
    room->guests[0].loses_up = 0;
    room_run(room, SEC(1));
    CHECK(room->guests[0].nacked > 10);
    const uint32_t camera = room_source(room, 0, SOURCE_CAMERA);
    const uint32_t seen = room_shown(room, near, camera);
    CHECK(seen > 150);
    CHECK(room_shown(room, far, camera) + 20 > seen);
    room_destroy(room);
}

TEST(copies_that_are_lost_are_got_over)
{
    struct room *room = room_create(309);

    room->loses_copies = 50000; // of whatever kind: far more than a full ring ever drops
    for (size_t i = 0; i < 4; i++)
        join_at(room, (uint8_t)(i % 2));
    room_run(room, SEC(10));
    room->loses_copies = 0;
    room_run(room, SEC(2));
    uint32_t seen[4];
    for (size_t i = 0; i < 4; i++)
        seen[i] = room_shown(room, i, room_source(room, (i + 1) % 4, SOURCE_CAMERA));
    room_run(room, SEC(2));
    for (size_t i = 0; i < 4; i++)
        CHECK(room_shown(room, i, room_source(room, (i + 1) % 4, SOURCE_CAMERA)) > seen[i] + 40);
    room_leave(room, 0);
    room_run(room, SEC(1));
    CHECK(room_slot_of(room, 1, room_source(room, 0, SOURCE_CAMERA)) == NULL);
    room_destroy(room);
}

TEST(who_comes_back_to_another_worker_is_seen_there)
{
    struct room *room = room_create(310);

    const size_t viewer = join_at(room, 0);
    const size_t before = room_join(room, &(struct room_options){.pairs = 4, .number = 9});
    room_run(room, SEC(3));
    const size_t after =
        room_join(room, &(struct room_options){.pairs = 4, .number = 9, .worker = 1});
    room_run(room, SEC(1));
    room_leave(room, before);
    room_run(room, SEC(3));
    const uint32_t camera = room_source(room, after, SOURCE_CAMERA);
    const uint32_t seen = room_shown(room, viewer, camera);
    room_run(room, SEC(1));
    CHECK(room_shown(room, viewer, camera) > seen + 20);
    CHECK(room_shown(room, after, room_source(room, viewer, SOURCE_CAMERA)) > 60);
    room_destroy(room);
}
