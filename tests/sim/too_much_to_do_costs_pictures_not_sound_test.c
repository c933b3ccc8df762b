// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/too_much_to_do_costs_pictures_not_sound_test.c - a thread with too much to do sends fewer pictures, then none, and every sound.
#include "support/check.h"
#include "support/room.h"

static uint32_t shown(const struct room *room, enum source_kind kind)
{
    return room_shown(room, 1, room_source(room, 0, kind));
}

// How many pictures, and packets of sound, come within four seconds.
struct heard_and_seen {
    uint32_t sounds;
    uint32_t pictures;
};

static struct heard_and_seen watch(struct room *room, unsigned relief)
{
    struct heard_and_seen before;

    worker_relieve(room->worker, (uint8_t)relief);
    room_run(room, SEC(1)); // until it holds for everybody
    before = (struct heard_and_seen){shown(room, SOURCE_MICROPHONE), shown(room, SOURCE_CAMERA)};
    room_run(room, SEC(4));
    return (struct heard_and_seen){shown(room, SOURCE_MICROPHONE) - before.sounds,
                                   shown(room, SOURCE_CAMERA) - before.pictures};
}

TEST(too_much_to_do_costs_pictures_not_sound)
{
    struct room *room = room_create(81);
    const struct room_options options = {
        .pairs = 4, .spares = 2, .simulcast = true, .temporal = true};

    room_join(room, &options);
    room_join(room, &options);
    room_run(room, SEC(8));
    const struct heard_and_seen all = watch(room, 0);
    const uint32_t asked = room->guests[0].keys_asked;
    const struct heard_and_seen fewer = watch(room, 1);
    const struct heard_and_seen few = watch(room, 2);
    CHECK(all.pictures > 100);
    CHECK(fewer.pictures >= all.pictures * 4 / 10 && fewer.pictures <= all.pictures * 6 / 10);
    CHECK(few.pictures >= all.pictures * 2 / 10 && few.pictures <= all.pictures * 3 / 10);
    CHECK_EQ(room->guests[0].keys_asked, asked); // no key frame is needed for that
    const struct heard_and_seen none = watch(room, WORKER_RELIEF_MOST);
    CHECK_EQ(none.pictures, 0);
    CHECK(room->guests[1].paused[room_slot_of(room, 1, room_source(room, 0, SOURCE_CAMERA)) -
                                 room->guests[1].receivers]); // the page knows
    for (size_t i = 0; i < 3; i++) {
        const uint32_t sounds[] = {fewer.sounds, few.sounds, none.sounds};
        CHECK(sounds[i] + 3 >= all.sounds);
    }
    CHECK(watch(room, 0).pictures * 10 > all.pictures * 9);
    CHECK_EQ(room_sums(room, 1).holes, 0);
    CHECK_EQ(room_sums(room, 1).broken, 0);
    room_destroy(room);
}
