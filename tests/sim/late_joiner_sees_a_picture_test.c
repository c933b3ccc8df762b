// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/late_joiner_sees_a_picture_test.c - a key frame is asked for and delivered, at once.
#include "support/check.h"
#include "support/room.h"

TEST(late_joiner_sees_a_picture)
{
    struct room *room = room_create(8);

    room_join(room, NULL);
    room_join(room, NULL);
    room_run(room, SEC(10)); // no key frame for a long time now
    const uint32_t asked = room->guests[0].keys_asked;
    const size_t late = room_join(room, NULL);
    const usec joined = room->now;
    room_run(room, SEC(1));
    CHECK(room->guests[0].keys_asked > asked);
    for (size_t i = 0; i < late; i++) {
        const struct receiver *r = room_slot_of(room, late, room_source(room, i, SOURCE_CAMERA));
        CHECK(r != NULL);
        CHECK(r->first_shown_at - joined < MSEC(250)); // ICE, DTLS, a request and a picture
        CHECK_EQ(r->broken, 0);
    }
    room_destroy(room);
}

TEST(many_late_joiners_cost_few_key_frames)
{
    struct room *room = room_create(9);

    room_join(room, NULL);
    room_run(room, SEC(5));
    const uint32_t asked = room->guests[0].keys_asked;
    for (int i = 0; i < 8; i++)
        room_join(room, NULL);
    room_run(room, SEC(2));
    for (size_t i = 1; i <= 8; i++)
        CHECK(room_shown(room, i, room_source(room, 0, SOURCE_CAMERA)) > 30);
    CHECK(room->guests[0].keys_asked - asked <= 2);
    room_destroy(room);
}

TEST(a_fresh_key_frame_is_played_again_instead_of_asked_for)
{
    struct room *room = room_create(28);

    room_join(room, NULL);
    room_run(room, SEC(5));
    room_join(room, NULL);
    room_run(room, MSEC(500));
    const uint32_t asked = room->guests[0].keys_asked;
    const size_t late = room_join(room, NULL);
    const usec joined = room->now;
    room_run(room, MSEC(300));
    const uint32_t source = room_source(room, 0, SOURCE_CAMERA);
    const struct receiver *r = room_slot_of(room, late, source);
    CHECK(r && r->shown[source] > 15); // the past too, in no time
    CHECK(r->first_shown_at - joined < MSEC(150));
    CHECK_EQ(room->guests[0].keys_asked, asked);
    CHECK_EQ(r->broken, 0);
    CHECK_EQ(r->holes, 0);
    CHECK((uint32_t)(r->newest_timestamp - r->timestamp_base) < 90 * 300); // and not a second late
    room_destroy(room);
}
