// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/router_test.c - who is looked at again, and that what counts as told was told.
#include "sfu/router.h"

#include "sfu/seating.h"
#include "support/check.h"
#include "support/seat.h"

static struct seat seat;

static void fill_events(void)
{
    const struct sfu_event filler = {.kind = SFU_TRANSPORT_LOST, .transport = UINT64_MAX};

    while (events_put(&seat.events, &filler))
        continue;
}

// Of all there are; the fillers are nobody's.
static unsigned count_told(enum sfu_event_kind kind)
{
    struct sfu_event event;
    unsigned count = 0;

    while (events_take(&seat.events, &event))
        count += event.kind == kind && event.transport != UINT64_MAX;
    return count;
}

TEST(while_a_sound_waits_for_a_pause_nobody_is_fitted_anew)
{
    seat_open(&seat);
    struct router *r = seat.router;

    router_seat(r, seat.now);
    router_tick(r, seat.now);
    const usec fitted_at = seat.viewer->downlink.fitted_at;
    r->waits = true;
    seat.viewer->waits_for_pause = true;
    seat.now += MSEC(20);
    router_tick(r, seat.now);
    CHECK(!r->dirty);
    CHECK_EQ(seat.viewer->downlink.fitted_at, fitted_at);
    CHECK(!seat.viewer->waits_for_pause); // looked at: there is no such sound
    CHECK(!r->waits);
    seat_close(&seat);
}

TEST(slots_there_was_no_room_for_are_told_later)
{
    seat_open(&seat);
    (void)count_told(SFU_SLOTS);
    seat.viewer->pictures[0]->told = 0;
    seat.viewer->pictures[1]->told = 0;
    fill_events();
    seating_tell(seat.viewer);
    CHECK_EQ(count_told(SFU_SLOTS), 0);
    seating_tell(seat.viewer);
    CHECK_EQ(count_told(SFU_SLOTS), 1);
    seating_tell(seat.viewer);
    CHECK_EQ(count_told(SFU_SLOTS), 0);
    seat_close(&seat);
}

TEST(layers_there_was_no_room_for_are_told_later)
{
    seat_open(&seat);
    struct producer *camera = &seat.sender->producers[SOURCE_CAMERA];

    camera->layer_count = 2;
    camera->live = true;
    router_tell_layers(seat.router, seat.sender, seat.now);
    (void)count_told(SFU_LAYERS);
    seat.now += SEC(6);
    fill_events();
    router_tell_layers(seat.router, seat.sender, seat.now);
    CHECK_EQ(count_told(SFU_LAYERS), 0);
    CHECK(!camera->demand.off[1]);
    router_tell_layers(seat.router, seat.sender, seat.now);
    CHECK_EQ(count_told(SFU_LAYERS), 1);
    CHECK(camera->demand.off[1]);
    seat_close(&seat);
}

TEST(a_speaker_there_was_no_room_for_is_told_later)
{
    seat_open(&seat);
    seat.router->told_dominant = 77;
    fill_events();
    router_tick(seat.router, seat.now);
    CHECK_EQ(count_told(SFU_SPEAKER), 0);
    router_tick(seat.router, seat.now);
    CHECK_EQ(count_told(SFU_SPEAKER), 1);
    CHECK_EQ(seat.router->told_dominant, 0);
    seat_close(&seat);
}

TEST(a_quality_there_was_no_room_for_is_told_later)
{
    seat_open(&seat);
    (void)count_told(SFU_QUALITY);
    seat.viewer->line.told_up = QUALITY_LOST;
    fill_events();
    quality_watch_run(seat.viewer, seat.now);
    CHECK_EQ(count_told(SFU_QUALITY), 0);
    quality_watch_run(seat.viewer, seat.now);
    CHECK_EQ(count_told(SFU_QUALITY), 1);
    seat_close(&seat);
}

TEST(a_state_there_was_no_room_for_is_told_later)
{
    seat_open(&seat);
    (void)count_told(SFU_TRANSPORT_BACK);
    seat.viewer->told = TRANSPORT_LOST;
    fill_events();
    member_watch_state(seat.viewer, seat.now);
    CHECK_EQ(count_told(SFU_TRANSPORT_BACK), 0);
    member_watch_state(seat.viewer, seat.now);
    CHECK_EQ(count_told(SFU_TRANSPORT_BACK), 1);
    seat_close(&seat);
}
