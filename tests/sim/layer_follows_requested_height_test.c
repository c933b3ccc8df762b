// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/layer_follows_requested_height_test.c - a large tile gets the large layer, a small one the small.
#include "support/check.h"
#include "support/room.h"

static struct receiver *want(struct room *room, uint16_t height)
{
    const uint32_t source = room_source(room, 1, SOURCE_CAMERA);

    room_want(room, 0, &(struct sfu_want){.source = source, .height = height}, 1);
    room_run(room, SEC(2));
    return room_slot_of(room, 0, source);
}

TEST(layer_follows_requested_height)
{
    struct room *room = room_create(13);

    room_join(room, NULL);
    room_join(room, NULL);
    room_run(room, SEC(1));
    CHECK_EQ(want(room, 180)->layer, 0);
    CHECK_EQ(want(room, 360)->layer, 1);
    CHECK_EQ(want(room, 720)->layer, 2);
    CHECK_EQ(want(room, 1080)->layer, 2); // the best there is
    CHECK_EQ(want(room, 181)->layer, 1);
    CHECK_EQ(want(room, 100)->layer, 0);
    CHECK_EQ(room_sums(room, 0).broken, 0);
    CHECK_EQ(room_sums(room, 0).holes, 0);
    room_destroy(room);
}

TEST(never_more_than_one_layer_at_a_time)
{
    struct room *room = room_create(14);

    room_join(room, NULL);
    room_join(room, NULL);
    room_run(room, SEC(1));
    struct receiver *slot = want(room, 720);
    const uint32_t low = slot->layer_shown[0];
    const uint32_t middle = slot->layer_shown[1];
    room_run(room, SEC(3));
    CHECK_EQ(slot->layer_shown[0], low);
    CHECK_EQ(slot->layer_shown[1], middle);
    CHECK(slot->layer_shown[2] > 80);
    room_destroy(room);
}

TEST(a_layer_that_stops_is_replaced_by_the_next_lower)
{
    struct room *room = room_create(15);

    room_join(room, NULL);
    room_join(room, NULL);
    room_run(room, SEC(1));
    struct receiver *slot = want(room, 720);
    CHECK_EQ(slot->layer, 2);
    room->guests[1].senders[SOURCE_CAMERA].layers[2].off = true;
    room_run(room, SEC(3));
    CHECK_EQ(slot->layer, 1);
    CHECK(room->now - slot->last_shown_at < MSEC(100));
    CHECK_EQ(slot->broken, 0);
    room_destroy(room);
}

TEST(a_picture_that_is_not_wanted_is_not_sent)
{
    struct room *room = room_create(16);

    room_join(room, NULL);
    room_join(room, NULL);
    room_run(room, SEC(1));
    room_want(room, 0, NULL, 0);
    room_run(room, MSEC(50));
    const uint32_t source = room_source(room, 1, SOURCE_CAMERA);
    const uint32_t before = room_shown(room, 0, source);
    room_run(room, SEC(1));
    CHECK_EQ(room_shown(room, 0, source), before);
    CHECK(room_shown(room, 0, room_source(room, 1, SOURCE_MICROPHONE)) > 70);
    room_destroy(room);
}
