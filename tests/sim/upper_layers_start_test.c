// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/upper_layers_start_test.c - probes are reported before their layer exists, layers come late.
#include "support/check.h"
#include "support/guest.h"
#include "support/room.h"

static void send(void *to, bool is_rtcp, struct bytes packet)
{
    room_send(to, 1, is_rtcp, packet);
}

TEST(probes_of_a_layer_that_never_sent_are_reported_and_not_forwarded)
{
    struct room *room = room_create(30);

    room_join(room, NULL);
    room_join(room, NULL);
    struct sender *camera = &room->guests[1].senders[SOURCE_CAMERA];
    camera->layers[1].off = camera->layers[2].off = true;
    room_run(room, SEC(2));
    const uint32_t reported = room->guests[1].reported;
    const uint32_t got = room->guests[0].rtp;
    camera->on = room->guests[1].senders[SOURCE_MICROPHONE].on = false;
    room_run(room, MSEC(300)); // what is under way is reported
    const uint32_t before = room->guests[1].reported;
    CHECK(before >= reported);
    for (int i = 0; i < 50; i++)
        sender_probe(camera, (uint8_t)(1 + i % 2), send, room);
    room_run(room, MSEC(400));
    CHECK_EQ(room->guests[1].reported, before + 50);
    CHECK_EQ(room->guests[1].not_reported, 0);
    CHECK(room->guests[0].rtp <= got + 5);
    room_destroy(room);
}

TEST(a_layer_that_comes_late_is_used)
{
    struct room *room = room_create(31);

    room_join(room, NULL);
    room_join(room, NULL);
    struct sender *camera = &room->guests[1].senders[SOURCE_CAMERA];
    const uint32_t source = room_source(room, 1, SOURCE_CAMERA);
    camera->layers[1].off = camera->layers[2].off = true;
    room_run(room, SEC(1));
    room_want(room, 0, &(struct sfu_want){.source = source, .height = 720}, 1);
    room_run(room, SEC(1));
    CHECK_EQ(room_slot_of(room, 0, source)->layer, 0);
    camera->layers[1].off = false;
    room_run(room, SEC(1));
    CHECK_EQ(room_slot_of(room, 0, source)->layer, 1);
    camera->layers[2].off = false;
    room_run(room, SEC(1));
    CHECK_EQ(room_slot_of(room, 0, source)->layer, 2);
    CHECK_EQ(room_sums(room, 0).broken, 0);
    room_destroy(room);
}

TEST(a_screen_and_its_sound_share_a_pair)
{
    struct room *room = room_create(32);

    room_join(room, NULL);
    room_join(room, NULL);
    room->guests[1].senders[SOURCE_SCREEN].on = true;
    room->guests[1].senders[SOURCE_SCREEN_SOUND].on = true;
    room_run(room, SEC(1));
    const uint32_t screen = room_source(room, 1, SOURCE_SCREEN);
    const uint32_t sound = room_source(room, 1, SOURCE_SCREEN_SOUND);
    const struct sfu_want wants[] = {
        {.source = screen, .height = 1080},
        {.source = room_source(room, 1, SOURCE_CAMERA), .height = 180}};
    CHECK(!room_slot_of(room, 0, screen)); // nobody asked for it yet
    room_want(room, 0, wants, 2);
    room_run(room, SEC(1));
    const struct receiver *picture = room_slot_of(room, 0, screen);
    const struct receiver *with = room_slot_of(room, 0, sound);
    CHECK(picture && with);
    CHECK_EQ(picture->line->slot, with->line->slot);
    CHECK(picture->shown[screen] > 20);
    CHECK(with->shown[sound] > 30);
    room->guests[1].senders[SOURCE_SCREEN].on = false;
    room_pause(room, 1, SOURCE_SCREEN, true);
    room_run(room, MSEC(100));
    CHECK(!room_slot_of(room, 0, screen));
    room_destroy(room);
}
