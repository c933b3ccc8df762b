// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/router_senders_test.c - who sends nothing costs the others nothing when he comes, looks elsewhere, or goes.
#include "sfu/router.h"

#include "sfu/member.h"
#include "support/check.h"
#include "support/seat.h"

static struct seat seat;

// Has this member been given seats since?
static bool was_seated(const struct member *m, usec since)
{
    return m->downlink.fitted_at >= since;
}

static void seat_all(void)
{
    seat.now += MSEC(10);
    router_seat(seat.router, seat.now);
}

TEST(only_the_one_who_wants_something_else_is_given_seats)
{
    seat_open(&seat);
    router_mark(seat.router);
    seat_all();
    CHECK(was_seated(seat.viewer, seat.now) && was_seated(seat.sender, seat.now));
    router_mark_viewer(seat.router, seat.viewer);
    CHECK(seat.router->dirty);
    seat_all();
    CHECK(was_seated(seat.viewer, seat.now));
    CHECK(!was_seated(seat.sender, seat.now));
    CHECK(!seat.router->dirty);
    router_mark_viewer(seat.router, seat.viewer);
    router_mark(seat.router);
    seat_all();
    CHECK(was_seated(seat.sender, seat.now));
    seat_close(&seat);
}

TEST(whoever_sends_is_among_the_senders_and_nobody_else)
{
    seat_open(&seat);
    seat.sender->producers[SOURCE_CAMERA].live = true;
    router_mark(seat.router);
    seat_all();
    CHECK_EQ(seat.router->sender_count, 1);
    CHECK(seat.router->senders[0] == seat.sender);
    const uint32_t camera = seat.sender->producers[SOURCE_CAMERA].source;
    CHECK(router_find_source(seat.router, camera) == &seat.sender->producers[SOURCE_CAMERA]);
    CHECK(!router_find_source(seat.router, 4000));
    router_remove(seat.router, seat.sender); // it was seen
    CHECK(seat.router->dirty);
    CHECK_EQ(seat.router->sender_count, 0);
    CHECK(!router_find_source(seat.router, camera));
    CHECK_EQ(router_add(seat.router, seat.sender), ERR_OK);
    CHECK(router_find_source(seat.router, camera) == &seat.sender->producers[SOURCE_CAMERA]);
    seat_close(&seat);
}

TEST(who_was_never_seen_goes_without_a_word)
{
    seat_open(&seat);
    router_mark(seat.router);
    seat_all();
    router_remove(seat.router, seat.viewer);
    CHECK(!seat.router->dirty);
    CHECK_EQ(router_add(seat.router, seat.viewer), ERR_OK);
    seat_close(&seat);
}
