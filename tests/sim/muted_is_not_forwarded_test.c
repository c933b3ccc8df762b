// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/muted_is_not_forwarded_test.c - what a host mutes goes no further, whatever the page sends.
#include "support/check.h"
#include "support/room.h"

static uint32_t heard(const struct room *room)
{
    return room_shown(room, 0, room_source(room, 1, SOURCE_MICROPHONE));
}

static uint32_t seen(const struct room *room)
{
    return room_shown(room, 0, room_source(room, 1, SOURCE_CAMERA));
}

static struct room *two(void)
{
    struct room *room = room_create(4);

    room_join(room, NULL);
    room_join(room, NULL);
    room_run(room, SEC(2));
    return room;
}

TEST(a_muted_microphone_is_not_forwarded_and_the_camera_goes_on)
{
    struct room *room = two();

    room_mute(room, 1, SOURCE_MICROPHONE, true);
    room_run(room, room->delay);
    const uint32_t before = heard(room);
    const uint32_t pictures = seen(room);
    CHECK(before > 50);
    room_run(room, SEC(2));
    CHECK_EQ(heard(room), before);
    CHECK(seen(room) > pictures + 50);
    CHECK(worker_counters(room->worker)->drops.count[DROP_MUTED] > 90);
    room_destroy(room);
}

TEST(a_muted_camera_is_not_forwarded_and_comes_back_with_a_key_frame)
{
    struct room *room = two();

    room_mute(room, 1, SOURCE_CAMERA, true);
    room_run(room, room->delay);
    const uint32_t before = seen(room);
    room_run(room, SEC(2));
    CHECK_EQ(seen(room), before);
    room_mute(room, 1, SOURCE_CAMERA, false);
    room_run(room, SEC(1));
    CHECK(seen(room) > before + 20);
    CHECK_EQ(room_sums(room, 0).broken, 0);
    CHECK_EQ(room_sums(room, 0).holes, 0);
    room_destroy(room);
}

TEST(a_released_microphone_is_heard_again)
{
    struct room *room = two();

    room_mute(room, 1, SOURCE_MICROPHONE, true);
    room_run(room, SEC(2));
    const uint32_t before = heard(room);
    room_mute(room, 1, SOURCE_MICROPHONE, false);
    room_run(room, SEC(1));
    CHECK(heard(room) > before + 40);
    CHECK_EQ(room_sums(room, 0).broken, 0);
    room_destroy(room);
}

TEST(a_member_cannot_undo_a_mute_of_the_host_by_pausing)
{
    struct room *room = two();

    room_mute(room, 1, SOURCE_MICROPHONE, true);
    room_pause(room, 1, SOURCE_MICROPHONE, true);
    room_pause(room, 1, SOURCE_MICROPHONE, false);
    room_run(room, room->delay);
    const uint32_t before = heard(room);
    room_run(room, SEC(2));
    CHECK_EQ(heard(room), before);
    room_destroy(room);
}

TEST(a_paused_camera_frees_its_slot)
{
    struct room *room = two();

    CHECK(room_slot_of(room, 0, room_source(room, 1, SOURCE_CAMERA)));
    room_pause(room, 1, SOURCE_CAMERA, true);
    room_run(room, MSEC(50));
    CHECK(!room_slot_of(room, 0, room_source(room, 1, SOURCE_CAMERA)));
    room_destroy(room);
}
