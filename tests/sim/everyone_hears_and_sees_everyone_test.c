// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/everyone_hears_and_sees_everyone_test.c - the main claim: a doctor and three patients.
#include "support/check.h"
#include "support/room.h"

#define PEOPLE 4

TEST(everyone_hears_and_sees_everyone)
{
    struct room *room = room_create(1);

    for (size_t i = 0; i < PEOPLE; i++)
        CHECK_EQ(room_join(room, &(struct room_options){.pairs = 4,
                                                        .spares = 2,
                                                        .simulcast = i % 2,
                                                        .temporal = i % 2,
                                                        .announces_ssrcs = i == 3}),
                 i);
    room_run(room, SEC(5));
    for (size_t i = 0; i < PEOPLE; i++) {
        const struct receiver_sums sums = room_sums(room, i);
        CHECK(room->guests[i].connected);
        CHECK_EQ(room->guests[i].strange, 0);
        CHECK_EQ(sums.holes, 0);
        CHECK_EQ(sums.wrong_faces, 0);
        CHECK_STR(sums.why, "");
        for (size_t j = 0; j < PEOPLE; j++) {
            const uint32_t camera = room_shown(room, i, room_source(room, j, SOURCE_CAMERA));
            const uint32_t voice = room_shown(room, i, room_source(room, j, SOURCE_MICROPHONE));
            CHECK(i == j ? camera == 0 : camera > 130);
            CHECK(i == j ? voice == 0 : voice > 220);
        }
    }
    room_destroy(room);
}

TEST(nothing_of_what_is_sent_is_reported_missing_on_a_clean_link)
{
    struct room *room = room_create(2);

    room_join(room, NULL);
    room_join(room, NULL);
    room_run(room, SEC(5));
    CHECK(room->guests[0].reported > 500);
    CHECK_EQ(room->guests[0].not_reported, 0);
    room_destroy(room);
}
