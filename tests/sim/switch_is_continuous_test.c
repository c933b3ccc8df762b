// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/switch_is_continuous_test.c - 200 forced switches look like one stream each.
#include "support/check.h"
#include "support/room.h"

#define PEOPLE 5
#define SWITCHES 200

static void switch_many_times(uint32_t loses)
{
    struct room *room = room_create(12);

    for (size_t i = 0; i < PEOPLE; i++)
        room_join(room, &(struct room_options){.pairs = 1,
                                               .spares = 2,
                                               .simulcast = true,
                                               .temporal = i % 2,
                                               .clock = SEC(100) * (usec)i});
    room_run(room, SEC(1));
    room->guests[0].loses_down = loses;
    for (size_t i = 0; i < SWITCHES; i++) {
        const struct sfu_want want = {.source =
                                          room_source(room, 1 + i % (PEOPLE - 1), SOURCE_CAMERA),
                                      .height = (uint16_t)(i % 3 ? 180 : 720)};
        room_want(room, 0, &want, 1);
        room_run(room, MSEC(300) + (usec)random_below(&room->random, 40) * 1000);
    }
    const struct guest *viewer = &room->guests[0];
    const struct receiver *slot = &viewer->receivers[ROOM_FIRST_SLOT + 1];
    const struct receiver_sums sums = room_sums(room, 0);
    CHECK(slot->switches >= SWITCHES * 9 / 10);
    CHECK_EQ(sums.wrong_faces, 0);
    CHECK_EQ(viewer->strange, 0);
    CHECK_STR(sums.why, "");
    if (!loses)
        CHECK_EQ(slot->holes, 0);
    for (size_t i = 1; i < PEOPLE; i++)
        CHECK(slot->shown[room_source(room, i, SOURCE_CAMERA)] > 100);
    room_destroy(room);
}

TEST(a_slot_is_one_continuous_stream_over_200_switches)
{
    switch_many_times(0);
}

TEST(loss_during_switches_shows_no_wrong_face)
{
    switch_many_times(30000);
}

// The page is told first (150 ms), then a key frame comes: not before, and not much later.
TEST(who_is_wanted_is_seen_soon_and_for_one_key_frame_a_switch)
{
    struct room *room = room_create(13);
    uint32_t asked = 0;

    for (size_t i = 0; i < 3; i++) {
        room_join(room, &(struct room_options){.pairs = 1, .spares = 2});
        room->guests[i].senders[SOURCE_MICROPHONE].level = 127;
    }
    room_run(room, SEC(3));
    const struct receiver *slot = &room->guests[0].receivers[ROOM_FIRST_SLOT + 1];
    for (size_t i = 1; i < 3; i++)
        asked -= room->guests[i].keys_asked;
    for (size_t i = 0; i < 20; i++) {
        const struct sfu_want want = {.source = room_source(room, 1 + i % 2, SOURCE_CAMERA),
                                      .height = 180};
        const usec begun = room->now;
        const uint32_t before = slot->shown[want.source];
        room_want(room, 0, &want, 1);
        while (slot->shown[want.source] == before && room->now < begun + SEC(1))
            room_run(room, MSEC(1));
        CHECK(room->now - begun <= MSEC(220));
        room_run(room, begun + SEC(2) - room->now);
    }
    for (size_t i = 1; i < 3; i++)
        asked += room->guests[i].keys_asked;
    CHECK(asked <= 20);
    room_destroy(room);
}
