// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/pictures_leave_in_runs_test.c - packets of a picture are of one size, whatever its sender made of it.
#include "support/check.h"
#include "support/room.h"

TEST(pictures_leave_in_runs_of_one_size_and_are_shown)
{
    struct room *room = room_create(61);

    for (size_t i = 0; i < 2; i++)
        room_join(room, &(struct room_options){
                            .pairs = 4, .spares = 2, .simulcast = true, .natural = true});
    for (size_t i = 0; i < 2; i++)
        room_want(
            room, i,
            &(struct sfu_want){.source = room_source(room, 1 - i, SOURCE_CAMERA), .height = 720},
            1);
    room_run(room, SEC(15));
    room->of_one_picture = room->uneven = 0;
    const uint32_t before = room_shown(room, 1, room_source(room, 0, SOURCE_CAMERA));
    room_run(room, SEC(10));
    CHECK(room->of_one_picture > 2000);
    CHECK(room->uneven < room->of_one_picture / 200); // key frames wait, and leave one by one
    CHECK(room_shown(room, 1, room_source(room, 0, SOURCE_CAMERA)) > before + 290);
    for (size_t i = 0; i < 2; i++)
        CHECK_EQ(room_sums(room, i).broken + room_sums(room, i).wrong_faces, 0);
    room_destroy(room);
}
