// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/sound_by_other_means_test.c - speech on lines that lose, without RED, and on the way up.
#include "sim/view.h"
#include "support/check.h"
#include "support/room.h"

enum { DOCTOR, VIEWER };

static const struct line_settings good = {.delay = MSEC(25)};
static const struct line_settings bad = {.delay = MSEC(25), .loss = 0.1};

// The doctor speaks without a pause, nobody is seen.
static struct room *two(uint64_t seed, const struct room_options *options)
{
    struct room *room = room_create(seed);

    for (size_t i = 0; i < 2; i++) {
        room_join(room, options);
        room->guests[i].senders[SOURCE_CAMERA].on = false;
        room->guests[i].senders[SOURCE_MICROPHONE].level = i == DOCTOR ? 30 : 127;
        room_set_line(room, i, &good, &good);
    }
    room_run(room, SEC(2));
    return room;
}

static double concealed_after(struct room *room, usec settling)
{
    room_run(room, settling);
    room_count_anew(room, VIEWER);
    room_run(room, SEC(60));
    return view_concealed(room, VIEWER, DOCTOR);
}

TEST(a_browser_without_red_is_helped_by_repeats)
{
    struct room *room = two(41, &(struct room_options){.pairs = 2, .spares = 1});

    room_set_line(room, VIEWER, &good, &bad);
    CHECK(concealed_after(room, SEC(10)) < 0.03);
    CHECK(worker_counters(room->worker)->retransmitted > 60 * 30);
    CHECK_EQ(room_sums(room, VIEWER).broken, 0);
    room_destroy(room);
}

TEST(loss_on_the_way_up_is_filled_by_red_from_the_page)
{
    struct room *room = two(42, &(struct room_options){.pairs = 2, .spares = 1, .red = true});

    room_set_line(room, DOCTOR, &bad, &good);
    CHECK(concealed_after(room, SEC(10)) < 0.03);
    CHECK(room->guests[DOCTOR].senders[SOURCE_MICROPHONE].redundancy);
    CHECK_EQ(room_sums(room, VIEWER).broken, 0);
    room_set_line(room, DOCTOR, &good, &good);
    room_run(room, SEC(30));
    CHECK(!room->guests[DOCTOR].senders[SOURCE_MICROPHONE].redundancy);
    room_destroy(room);
}

TEST(loss_both_ways_is_made_good_as_well)
{
    struct room *room = two(43, &(struct room_options){.pairs = 2, .spares = 1, .red = true});

    room_set_line(room, DOCTOR, &bad, &bad);
    room_set_line(room, VIEWER, &bad, &bad);
    CHECK(concealed_after(room, SEC(10)) < 0.05);
    room_destroy(room);
}

TEST(copies_take_no_memory_once_they_are_sent)
{
    struct room *room = two(44, &(struct room_options){.pairs = 2, .spares = 1, .red = true});

    room_set_line(room, VIEWER, &good, &bad);
    room_run(room, SEC(10));
    room->allocations = 0;
    room_run(room, SEC(10));
    CHECK(room_sums(room, VIEWER).packets > 0);
    CHECK_EQ(room->allocations, 0);
    room_destroy(room);
}
