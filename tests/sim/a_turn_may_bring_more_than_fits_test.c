// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/a_turn_may_bring_more_than_fits_test.c - one picture for many viewers is more than the outbox holds, and none of it is lost.
#include "support/check.h"
#include "support/room.h"

#define VIEWERS 11
#define FITS 320 // datagrams

static uint64_t dropped(const struct room *room)
{
    return worker_counters(room->worker)->drops.count[DROP_OUTBOX_FULL];
}

// One sends a picture of 40 packets at once, again and again; the others watch.
static struct room *crowd(bool drained)
{
    struct room *room = room_create(71);
    const struct room_options options = {.pairs = 4, .spares = 2, .natural = true};

    room_narrow(room, FITS, drained);
    for (size_t i = 0; i <= VIEWERS; i++) {
        const size_t guest = room_join(room, &options);

        room->guests[guest].senders[SOURCE_CAMERA].on = i == 0;
    }
    room_run(room, SEC(2));
    room->guests[0].senders[SOURCE_CAMERA].layer_bps[0] = 8000000;
    room_run(room, SEC(5));
    return room;
}

TEST(without_somebody_who_drains_it_the_outbox_is_too_small)
{
    struct room *room = crowd(false);

    CHECK(dropped(room) > 0); // else the next one proves nothing
    room_destroy(room);
}

TEST(a_turn_may_bring_more_than_fits)
{
    struct room *room = crowd(true);

    CHECK_EQ(dropped(room), 0);
    for (size_t i = 1; i <= VIEWERS; i++)
        CHECK(room_shown(room, i, room_source(room, 0, SOURCE_CAMERA)) > 60);
    CHECK_EQ(room->failed, 0);
    room_destroy(room);
}
