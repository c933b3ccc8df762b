// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/producer_test.c - what a sender may do to us.
#include "sfu/producer.h"

#include "support/check.h"
#include "support/seat.h"

static struct seat seat;

// V8-4: five thousand packets that claim to be one picture, which never ends.
TEST(a_picture_without_end_is_cut_off_and_another_asked_for)
{
    seat_open(&seat);
    const struct producer *camera = &seat.sender->producers[SOURCE_CAMERA];
    struct keyframe *keyframe = &seat.sender->producers[SOURCE_CAMERA].layers[0].keyframe;
    unsigned forwarded = 0;
    unsigned asked = 0;

    seat.frozen = true;
    for (unsigned i = 0; i < 5000; i++, seat.now += MSEC(2)) {
        forwarded += seat_receive(&seat, SOURCE_CAMERA, 1000, false) == PRODUCER_FORWARD;
        asked += keyframe_due(keyframe, seat.now);
    }
    CHECK_EQ(forwarded, 512);
    CHECK(asked >= 5 && asked <= 30); // nine seconds, the last four of them once a second
    seat.frozen = false;
    CHECK(seat_receive(&seat, SOURCE_CAMERA, 1000, true) == PRODUCER_FORWARD);
    CHECK(camera->layers[0].keyframe.wanted);
    seat_close(&seat);
}

TEST(many_pictures_without_a_marker_are_pictures_all_the_same)
{
    seat_open(&seat);
    for (unsigned i = 0; i < 5000; i++, seat.now += MSEC(2))
        CHECK(seat_receive(&seat, SOURCE_SCREEN, 1000, false) == PRODUCER_FORWARD);
    CHECK(!seat.sender->producers[SOURCE_SCREEN].layers[0].keyframe.wanted);
    seat_close(&seat);
}
