// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/lips_stay_together_test.c - sound and picture of senders whose clocks are minutes apart.
#include "support/check.h"
#include "support/room.h"

#define TOLERANCE MSEC(20)

static void check_lips(struct room *room, size_t whom)
{
    const struct receiver *camera = room_slot_of(room, 0, room_source(room, whom, SOURCE_CAMERA));
    const struct receiver *voice =
        room_slot_of(room, 0, room_source(room, whom, SOURCE_MICROPHONE));
    usec seen;
    usec heard;

    CHECK(camera && voice);
    CHECK_EQ(camera->newest_source, room_source(room, whom, SOURCE_CAMERA));
    CHECK_EQ(voice->newest_source, room_source(room, whom, SOURCE_MICROPHONE));
    CHECK(receiver_offset(camera, &seen) && receiver_offset(voice, &heard));
    const usec skew = seen - heard;
    if (skew > TOLERANCE || skew < -TOLERANCE)
        CHECK_FAIL("skew of %lld us", (long long)skew);
}

static void set_levels(struct room *room, size_t people, size_t speaks)
{
    for (size_t i = 1; i < people; i++)
        room->guests[i].senders[SOURCE_MICROPHONE].level = i == speaks ? 30 : 120;
}

TEST(lips_stay_together_over_20_switches)
{
    const size_t people = 4;
    struct room *room = room_create(20);

    for (size_t i = 0; i < people; i++)
        room_join(room, &(struct room_options){.pairs = 1,
                                               .spares = 2,
                                               .simulcast = true,
                                               .clock = SEC(137) * (usec)i - SEC(200)});
    room_run(room, SEC(3));
    for (size_t i = 0; i < 20; i++) {
        const size_t whom = 1 + i % (people - 1);
        set_levels(room, people, 0); // a pause
        const struct sfu_want want = {.source = room_source(room, whom, SOURCE_CAMERA),
                                      .height = 180};
        room_want(room, 0, &want, 1);
        room_run(room, MSEC(600));
        set_levels(room, people, whom);
        room_run(room, SEC(2));
        check_lips(room, whom);
    }
    CHECK_EQ(room_sums(room, 0).broken, 0);
    room_destroy(room);
}

TEST(lips_are_together_from_the_first_reports_on)
{
    struct room *room = room_create(21);

    room_join(room, NULL);
    room_join(room, &(struct room_options){.pairs = 4, .spares = 2, .clock = -SEC(3600)});
    room_run(room, SEC(3));
    check_lips(room, 1);
    room_destroy(room);
}

TEST(pictures_that_are_sent_late_are_not_shown_later_than_their_sound)
{
    const size_t people = 3;
    struct room *room = room_create(33);

    for (size_t i = 0; i < people; i++) {
        room_join(room,
                  &(struct room_options){
                      .pairs = 1, .spares = 2, .simulcast = true, .clock = SEC(60) * (usec)i});
        room->guests[i].senders[SOURCE_CAMERA].late = MSEC(90);
    }
    room_run(room, SEC(3));
    for (size_t i = 0; i < 6; i++) { // by arrival the skew would be those 90 ms
        const size_t whom = 1 + i % 2;
        set_levels(room, people, 0);
        const struct sfu_want want = {.source = room_source(room, whom, SOURCE_CAMERA),
                                      .height = 180};
        room_want(room, 0, &want, 1);
        room_run(room, SEC(1));
        set_levels(room, people, whom);
        room_run(room, SEC(1));
        if (i > 1) // whoever came first was mapped by arrival, and slews
            check_lips(room, whom);
    }
    room_destroy(room);
}
