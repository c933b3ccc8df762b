// SPDX-License-Identifier: AGPL-3.0-or-later
// harness/random_test.c - the tests' own random numbers.
#include "support/random.h"

#include "support/check.h"

TEST(equal_seeds_give_equal_numbers)
{
    struct random a = random_seeded(7);
    struct random b = random_seeded(7);
    struct random c = random_seeded(8);

    for (int i = 0; i < 100; i++)
        CHECK_EQ(random_u64(&a), random_u64(&b));
    CHECK(random_u64(&a) != random_u64(&c));
}

// The published outputs of xoshiro256** for the state 1, 2, 3, 4.
TEST(the_numbers_are_those_of_xoshiro256_starstar)
{
    struct random random = {.state = {1, 2, 3, 4}};

    CHECK_EQ(random_u64(&random), 11520u);
    CHECK_EQ(random_u64(&random), 0u);
    CHECK_EQ(random_u64(&random), 1509978240u);
    CHECK_EQ(random_u64(&random), 1215971899390074240u);
}

TEST(numbers_stay_in_their_range_and_reach_its_ends)
{
    struct random random = random_seeded(1);
    bool low = false;
    bool high = false;

    for (int i = 0; i < 1000; i++) {
        const int64_t number = random_between(&random, -3, 3);

        CHECK(number >= -3 && number <= 3);
        low |= number == -3;
        high |= number == 3;
    }
    CHECK(low && high);
}

TEST(chances_are_what_they_say)
{
    struct random random = random_seeded(2);
    unsigned hits = 0;

    for (int i = 0; i < 100000; i++)
        hits += random_chance(&random, 50000);
    CHECK(hits > 4700 && hits < 5300);
}
