// SPDX-License-Identifier: AGPL-3.0-or-later
// host/placement_test.c - meetups spread over threads, members of a large one too.
#include "host/placement.h"

#include "base/mem.h"
#include "support/check.h"

#define BUDGET 4

static struct placement *open_placement(unsigned threads)
{
    struct placement *p = NULL;

    CHECK_EQ(placement_create(&p, threads, BUDGET), ERR_OK);
    return p;
}

static unsigned open_router(struct placement *p, uint64_t router)
{
    unsigned home = 99;

    CHECK_EQ(placement_open(p, router, &home), ERR_OK);
    return home;
}

static unsigned join(struct placement *p, uint64_t router, uint64_t transport, bool *first)
{
    unsigned thread = 99;

    CHECK_EQ(placement_join(p, router, transport, &thread, first), ERR_OK);
    return thread;
}

TEST(a_meetup_begins_where_the_fewest_members_are)
{
    struct placement *p = open_placement(3);
    bool first;

    CHECK_EQ(open_router(p, 1), 0);
    CHECK_EQ(open_router(p, 2), 1); // nobody is in any yet
    CHECK_EQ(open_router(p, 3), 2);
    CHECK_EQ(join(p, 1, 11, &first), 0);
    CHECK_EQ(join(p, 2, 12, &first), 1);
    CHECK_EQ(join(p, 2, 13, &first), 1);
    CHECK_EQ(open_router(p, 4), 2);
    CHECK_EQ(join(p, 4, 14, &first), 2);
    CHECK_EQ(join(p, 4, 15, &first), 2);
    CHECK_EQ(open_router(p, 5), 0);
    placement_destroy(p);
}

TEST(members_are_at_home_until_it_is_full_and_then_keep_together)
{
    struct placement *p = open_placement(3);
    bool first;

    CHECK_EQ(open_router(p, 1), 0);
    for (uint64_t i = 0; i < BUDGET; i++) {
        CHECK_EQ(join(p, 1, 10 + i, &first), 0);
        CHECK(!first);
    }
    CHECK_EQ(placement_parts(p, 1), 1);
    CHECK_EQ(open_router(p, 2), 1);
    CHECK_EQ(join(p, 2, 20, &first), 1);
    CHECK_EQ(join(p, 1, 14, &first), 2); // the emptiest
    CHECK(first);
    CHECK_EQ(placement_parts(p, 1), 1 | 4);
    for (uint64_t i = 0; i < BUDGET - 1; i++) {
        CHECK_EQ(join(p, 1, 30 + i, &first), 2); // though thread 1 has fewer
        CHECK(!first);
    }
    CHECK_EQ(join(p, 1, 40, &first), 1);
    CHECK(first);
    placement_destroy(p);
}

TEST(nobody_is_turned_away_when_all_threads_are_full)
{
    struct placement *p = open_placement(2);
    uint32_t counts[2];
    bool first;

    (void)open_router(p, 1);
    for (uint64_t i = 0; i < 5 * BUDGET; i++)
        (void)join(p, 1, 10 + i, &first);
    counts[0] = placement_members(p, 0);
    counts[1] = placement_members(p, 1);
    CHECK_EQ(counts[0] + counts[1], 5 * BUDGET);
    CHECK_EQ(counts[0], counts[1]);
    placement_destroy(p);
}

TEST(the_last_member_of_a_thread_takes_its_part_along_but_never_the_home)
{
    struct placement *p = open_placement(2);
    unsigned thread;
    bool first, last;

    (void)open_router(p, 1);
    for (uint64_t i = 0; i <= BUDGET; i++)
        (void)join(p, 1, 10 + i, &first);
    CHECK(placement_find(p, 10 + BUDGET, &thread));
    CHECK_EQ(thread, 1);
    CHECK(placement_leave(p, 10 + BUDGET, &thread, &last));
    CHECK_EQ(thread, 1);
    CHECK(last);
    CHECK_EQ(placement_parts(p, 1), 1);
    for (uint64_t i = 0; i < BUDGET; i++) {
        CHECK(placement_leave(p, 10 + i, &thread, &last));
        CHECK(!last);
    }
    CHECK_EQ(placement_parts(p, 1), 1);
    CHECK(!placement_leave(p, 10, &thread, &last));
    CHECK(!placement_find(p, 10, &thread));
    placement_destroy(p);
}

TEST(a_meetup_that_ends_gives_its_room_back)
{
    struct placement *p = open_placement(2);
    unsigned thread;
    bool first;

    (void)open_router(p, 1);
    (void)join(p, 1, 10, &first);
    (void)join(p, 1, 11, &first);
    placement_close(p, 1);
    placement_close(p, 1);
    CHECK_EQ(placement_parts(p, 1), 0);
    CHECK_EQ(placement_members(p, 0), 0);
    CHECK(!placement_find(p, 10, &thread));
    CHECK_EQ(placement_join(p, 1, 12, &thread, &first), ERR_NOT_FOUND);
    CHECK_EQ(open_router(p, 1), 0);
    CHECK_EQ(placement_open(p, 1, &thread), ERR_CONFLICT);
    (void)join(p, 1, 10, &first);
    CHECK_EQ(placement_join(p, 1, 10, &thread, &first), ERR_CONFLICT);
    placement_destroy(p);
}

TEST(what_cannot_be_remembered_is_placed_nowhere)
{
    struct placement *p = open_placement(2);
    unsigned thread;
    bool first;

    for (size_t n = 1; n <= 2; n++) {
        mem_fail_at(n);
        CHECK_EQ(placement_open(p, 1, &thread), ERR_NO_MEMORY);
    }
    (void)open_router(p, 1);
    for (size_t n = 1; n <= 2; n++) {
        mem_fail_at(n);
        CHECK_EQ(placement_join(p, 1, 10, &thread, &first), ERR_NO_MEMORY);
    }
    mem_fail_at(0);
    CHECK_EQ(placement_members(p, 0), 0);
    CHECK_EQ(join(p, 1, 10, &first), 0);
    placement_destroy(p);
}
