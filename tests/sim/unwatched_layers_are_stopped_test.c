// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/unwatched_layers_are_stopped_test.c - what nobody watches is not sent; whoever wants it has it at once.
#include "sim/view.h"
#include "support/check.h"

static const struct room_options options = {
    .pairs = 3, .spares = 1, .simulcast = true, .temporal = true, .natural = true};

static void want(struct room *room, size_t guest, size_t whom, uint16_t height)
{
    const struct sfu_want want = {.source = room_source(room, whom, SOURCE_CAMERA),
                                  .height = height};

    room_want(room, guest, &want, 1);
}

static struct room *three(uint64_t seed)
{
    struct room *room = room_create(seed);

    for (size_t i = 0; i < 3; i++)
        room_join(room, &options);
    want(room, 0, 1, 720);
    want(room, 1, 0, 180);
    want(room, 2, 1, 360);
    room_run(room, SEC(4));
    return room;
}

static const struct send_layer *layer(const struct room *room, size_t guest, uint8_t index)
{
    return &room->guests[guest].senders[SOURCE_CAMERA].layers[index];
}

TEST(layers_nobody_watches_are_stopped_after_five_seconds)
{
    struct room *room = three(220);

    room_run(room, SEC(6));
    CHECK(!layer(room, 1, 2)->stopped); // the first watches it
    CHECK(!layer(room, 0, 0)->stopped);
    CHECK(layer(room, 0, 2)->stopped);
    CHECK(layer(room, 0, 1)->stopped);
    want(room, 0, 1, 360);
    room_run(room, SEC(4));
    CHECK(!layer(room, 1, 2)->stopped); // not at once
    room_run(room, SEC(3));
    CHECK(layer(room, 1, 2)->stopped);
    CHECK(!layer(room, 1, 1)->stopped);
    CHECK_EQ(room_sums(room, 0).broken, 0);
    room_destroy(room);
}

TEST(a_stopped_layer_that_is_wanted_again_comes_at_once_and_nothing_freezes)
{
    struct room *room = three(221);

    room_run(room, SEC(8));
    CHECK(layer(room, 0, 2)->stopped);
    for (size_t i = 0; i < 3; i++)
        room_count_anew(room, i);
    want(room, 1, 0, 720);
    room_run(room, MSEC(150));
    CHECK(!layer(room, 0, 2)->stopped);
    room_run(room, MSEC(850));
    CHECK_EQ(room_slot_of(room, 1, room_source(room, 0, SOURCE_CAMERA))->layer, 2);
    for (size_t i = 0; i < 3; i++)
        CHECK_EQ(view_freezes(room, i), 0);
    room_destroy(room);
}

TEST(whoever_comes_late_finds_the_layers_it_wants)
{
    struct room *room = three(222);

    room_run(room, SEC(8));
    CHECK(layer(room, 0, 2)->stopped);
    const size_t late = room_join(room, &options);
    want(room, late, 0, 720);
    room_run(room, SEC(3));
    const struct receiver *r = room_slot_of(room, late, room_source(room, 0, SOURCE_CAMERA));
    CHECK(r && r->layer == 2);
    room_destroy(room);
}

TEST(a_page_that_does_not_obey_harms_nobody)
{
    struct room *room = three(223);

    room->guests[0].ignores_orders = true;
    room_run(room, SEC(10));
    CHECK(!layer(room, 0, 2)->stopped);
    CHECK_EQ(room_slot_of(room, 1, room_source(room, 0, SOURCE_CAMERA))->layer, 0);
    CHECK_EQ(view_freezes(room, 1), 0);
    room_destroy(room);
}
