// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/words_are_not_cut_test.c - whoever speaks keeps the slot until a pause.
#include "support/check.h"
#include "support/room.h"

static void show(struct room *room, size_t whom)
{
    const struct sfu_want want = {.source = room_source(room, whom, SOURCE_CAMERA), .height = 180};

    room_want(room, 0, &want, 1);
}

static struct room *one_pair(uint64_t seed)
{
    struct room *room = room_create(seed);

    for (size_t i = 0; i < 3; i++)
        room_join(room, &(struct room_options){.pairs = 1, .spares = 2});
    room_run(room, SEC(1));
    show(room, 1);
    room_run(room, SEC(1));
    return room;
}

static const struct receiver *voice(struct room *room, size_t whom)
{
    return room_slot_of(room, 0, room_source(room, whom, SOURCE_MICROPHONE));
}

TEST(a_word_is_not_cut_by_a_switch_of_pictures)
{
    struct room *room = one_pair(17);
    const struct receiver *paired = &room->guests[0].receivers[ROOM_FIRST_SLOT];

    for (int i = 0; i < 40; i++) { // both speak without a pause
        show(room, (size_t)(1 + i % 2));
        room_run(room, MSEC(200));
    }
    CHECK_EQ(room_sums(room, 0).cut, 0);
    CHECK_EQ(room_sums(room, 0).broken, 0);
    CHECK_EQ(room_sums(room, 0).holes, 0);
    CHECK(paired->switches <= 1);
    room_destroy(room);
}

TEST(the_sound_follows_its_picture_in_the_first_pause)
{
    struct room *room = one_pair(18);
    const struct receiver *paired = &room->guests[0].receivers[ROOM_FIRST_SLOT];
    struct guest *first = &room->guests[1];
    struct guest *second = &room->guests[2];

    first->senders[SOURCE_MICROPHONE].level = 120; // quiet, so that it may sit down
    second->senders[SOURCE_MICROPHONE].level = 120;
    room_run(room, SEC(1));
    CHECK(voice(room, 1) == paired);
    first->senders[SOURCE_MICROPHONE].level = 30;
    room_run(room, SEC(1));
    show(room, 2);
    room_run(room, SEC(2));
    CHECK(voice(room, 1) == paired); // still speaks
    first->senders[SOURCE_MICROPHONE].level = 120;
    room_run(room, MSEC(250));
    CHECK(voice(room, 1) == paired); // a breath
    room_run(room, MSEC(400));
    CHECK(voice(room, 2) == paired);
    CHECK_EQ(room_sums(room, 0).cut, 0);
    CHECK_EQ(room_sums(room, 0).broken, 0);
    room_destroy(room);
}

TEST(the_few_loudest_of_many_are_heard)
{
    struct room *room = room_create(19);
    uint32_t heard = 0;

    for (size_t i = 0; i < 10; i++) {
        room_join(room, &(struct room_options){.pairs = 1, .spares = 4});
        room->guests[i].senders[SOURCE_MICROPHONE].level = i >= 7 ? 20 : 90;
    }
    room_run(room, SEC(6));
    for (size_t i = 7; i < 10; i++)
        CHECK(room_shown(room, 0, room_source(room, i, SOURCE_MICROPHONE)) > 200);
    for (size_t i = 1; i < 10; i++)
        heard += room_shown(room, 0, room_source(room, i, SOURCE_MICROPHONE));
    CHECK(heard < 5 * 300); // not nine
    CHECK(room->dominant >= room_source(room, 7, SOURCE_MICROPHONE));
    room_destroy(room);
}

TEST(who_is_not_among_the_loudest_is_not_forwarded_and_numbers_close_up)
{
    const size_t people = 8;
    struct room *room = room_create(34);
    uint32_t heard = 0;

    for (size_t i = 0; i < people; i++)
        room_join(room, &(struct room_options){.pairs = 7, .spares = 2});
    for (size_t turn = 0; turn < people; turn++) {
        for (size_t i = 0; i < people; i++)
            room->guests[i].senders[SOURCE_MICROPHONE].level =
                (i + turn) % people < 3 ? 20 : (uint8_t)(80 + i);
        room_run(room, SEC(1));
    }
    for (size_t i = 1; i < people; i++) {
        CHECK(room_slot_of(room, 0, room_source(room, i, SOURCE_MICROPHONE)));
        heard += room_shown(room, 0, room_source(room, i, SOURCE_MICROPHONE));
    }
    CHECK(heard > people * 50 * 2); // three at a time, or two beside oneself
    CHECK(heard < people * 50 * 5); // never seven
    CHECK_EQ(room_sums(room, 0).holes, 0);
    CHECK_EQ(room_sums(room, 0).broken, 0);
    room_destroy(room);
}
