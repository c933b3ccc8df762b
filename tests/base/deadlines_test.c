// SPDX-License-Identifier: AGPL-3.0-or-later
// base/deadlines_test.c - always the earliest first, whatever is added, moved and taken out.
#include "base/deadlines.h"

#include "base/mem.h"
#include "support/check.h"
#include "support/random.h"

#define MANY 300

TEST(nobody_is_due_in_an_empty_heap)
{
    struct deadlines d = {0};
    struct deadline one = {0};

    CHECK(deadlines_first(&d) == NULL);
    CHECK_EQ(deadlines_next(&d), USEC_NEVER);
    deadlines_set(&d, &one, 5); // in none
    deadlines_remove(&d, &one);
    CHECK(deadlines_first(&d) == NULL);
    deadlines_fini(&d);
}

static void check_first(const struct deadlines *d, const struct deadline *all)
{
    usec earliest = USEC_NEVER;

    for (size_t i = 0; i < MANY; i++)
        if (all[i].place)
            earliest = usec_min(earliest, d->heap[all[i].place - 1].at);
    CHECK_EQ(deadlines_next(d), earliest);
}

TEST(the_earliest_is_first_after_any_change)
{
    struct random random = random_seeded(8);
    struct deadlines d = {0};
    static struct deadline all[MANY];

    for (size_t n = 0; n < 20000; n++) {
        struct deadline *one = &all[random_below(&random, MANY)];
        const usec at = (usec)random_below(&random, 1000);
        if (!one->place)
            CHECK_EQ(deadlines_add(&d, one, at), ERR_OK);
        else if (random_chance(&random, 300000))
            deadlines_remove(&d, one);
        else if (random_chance(&random, 300000))
            deadlines_sooner(&d, one, at);
        else
            deadlines_set(&d, one, at);
        check_first(&d, all);
    }
    for (usec last = 0; deadlines_first(&d);) {
        struct deadline *first = deadlines_first(&d);
        CHECK(deadlines_next(&d) >= last);
        last = deadlines_next(&d);
        deadlines_remove(&d, first);
    }
    deadlines_fini(&d);
}

TEST(sooner_is_never_later)
{
    struct deadlines d = {0};
    struct deadline one = {0};

    CHECK_EQ(deadlines_add(&d, &one, 50), ERR_OK);
    deadlines_sooner(&d, &one, 60);
    CHECK_EQ(deadlines_next(&d), 50);
    deadlines_sooner(&d, &one, 40);
    CHECK_EQ(deadlines_next(&d), 40);
    deadlines_set(&d, &one, 60);
    CHECK_EQ(deadlines_next(&d), 60);
    deadlines_fini(&d);
}

TEST(only_adding_takes_memory_and_without_it_the_others_stay)
{
    struct deadlines d = {0};
    static struct deadline all[17];

    for (size_t i = 0; i < 16; i++)
        CHECK_EQ(deadlines_add(&d, &all[i], (usec)i), ERR_OK);
    mem_fail_at(1);
    CHECK_EQ(deadlines_add(&d, &all[16], 1), ERR_NO_MEMORY);
    CHECK_EQ(all[16].place, 0);
    const size_t before = mem_allocations();
    for (size_t i = 0; i < 16; i++)
        deadlines_set(&d, &all[i], (usec)(100 - i));
    CHECK(deadlines_first(&d) == &all[15]);
    CHECK_EQ(mem_allocations(), before);
    deadlines_fini(&d);
}
