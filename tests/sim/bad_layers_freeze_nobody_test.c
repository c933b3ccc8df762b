// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/bad_layers_freeze_nobody_test.c - layers that vanish, key frames that never come, timestamps that stand still or leap.
#include "sim/view.h"
#include "support/check.h"

static const struct room_options options = {
    .pairs = 3, .spares = 1, .simulcast = true, .temporal = true, .natural = true};

// The first two watch the third, large and not so large; the third sends badly.
static struct room *three(uint64_t seed)
{
    struct room *room = room_create(seed);

    for (size_t i = 0; i < 3; i++)
        room_join(room, &options);
    for (size_t i = 0; i < 2; i++) {
        const struct sfu_want wants[] = {
            {.source = room_source(room, 2, SOURCE_CAMERA), .height = (uint16_t)(i ? 360 : 720)},
            {.source = room_source(room, 1 - i, SOURCE_CAMERA), .height = 360}};
        room_want(room, i, wants, 2);
    }
    room_run(room, SEC(5));
    for (size_t i = 0; i < 2; i++)
        room_count_anew(room, i);
    return room;
}

static struct send_layer *layers(struct room *room)
{
    return room->guests[2].senders[SOURCE_CAMERA].layers;
}

static struct receiver *slot(struct room *room, size_t viewer)
{
    return room_slot_of(room, viewer, room_source(room, 2, SOURCE_CAMERA));
}

static void check_nobody_froze(const struct room *room)
{
    for (size_t i = 0; i < 2; i++)
        if (view_longest_gap(room, i) > SEC(1))
            CHECK_FAIL("viewer %zu saw nothing for %lld us", i,
                       (long long)view_longest_gap(room, i));
}

TEST(a_layer_that_vanishes_is_replaced_within_a_second)
{
    struct room *room = three(230);

    CHECK_EQ(slot(room, 0)->layer, 2);
    layers(room)[2].off = true;
    room_run(room, SEC(3));
    CHECK_EQ(slot(room, 0)->layer, 1);
    layers(room)[1].off = true;
    room_run(room, SEC(3));
    CHECK_EQ(slot(room, 0)->layer, 0);
    CHECK_EQ(slot(room, 1)->layer, 0);
    layers(room)[2].off = layers(room)[1].off = false;
    room_run(room, SEC(3));
    check_nobody_froze(room);
    CHECK_EQ(room_sums(room, 0).broken, 0);
    room_destroy(room);
}

TEST(layers_that_come_and_go_freeze_nobody)
{
    struct room *room = three(231);

    for (int i = 0; i < 60; i++) {
        for (int j = 0; j < 3; j++)
            layers(room)[j].off = j != 0 && (i + j) % 3 == 0;
        room_run(room, MSEC(300));
    }
    check_nobody_froze(room);
    CHECK_EQ(room_sums(room, 0).broken, 0);
    room_destroy(room);
}

TEST(a_layer_whose_key_frame_never_comes_is_done_without)
{
    struct room *room = three(232);
    const struct sfu_want small = {.source = room_source(room, 2, SOURCE_CAMERA), .height = 180};
    const struct sfu_want large = {.source = room_source(room, 2, SOURCE_CAMERA), .height = 720};

    room_want(room, 0, &small, 1);
    room_run(room, SEC(2));
    layers(room)[2].gives_no_keys = true;
    room_count_anew(room, 0);
    room_want(room, 0, &large, 1);
    const uint32_t asked = room->guests[2].keys_asked;
    room_run(room, SEC(10));
    CHECK(slot(room, 0)->layer <= 1);
    CHECK(room->guests[2].keys_asked - asked < 40);
    check_nobody_froze(room);
    room_destroy(room);
}

TEST(a_layer_shown_vanishes_and_the_next_one_gives_no_key_frame)
{
    struct room *room = three(233);

    layers(room)[1].gives_no_keys = true;
    layers(room)[2].off = true;
    room_run(room, SEC(6));
    check_nobody_froze(room);
    room_destroy(room);
}

TEST(timestamps_that_leap_freeze_nobody)
{
    struct room *room = three(234);

    for (int i = 0; i < 10; i++) {
        for (int j = 0; j < 3; j++)
            layers(room)[j].leap += i % 2 ? 0x7654321u : 0xf0000000u;
        room_run(room, SEC(2));
    }
    check_nobody_froze(room);
    room_destroy(room);
}

TEST(timestamps_that_stand_still_harm_no_other_picture)
{
    struct room *room = three(235);

    for (int j = 0; j < 3; j++)
        layers(room)[j].frozen = true;
    room_run(room, SEC(4));
    for (size_t i = 0; i < 2; i++) {
        const struct receiver *other =
            room_slot_of(room, i, room_source(room, 1 - i, SOURCE_CAMERA));
        CHECK(other && freeze_longest(&other->freeze, room->now) < MSEC(300));
    }
    for (int j = 0; j < 3; j++)
        layers(room)[j].frozen = false;
    room_run(room, SEC(2));
    for (size_t i = 0; i < 2; i++)
        CHECK(room->now - slot(room, i)->last_shown_at < MSEC(300));
    room_destroy(room);
}
