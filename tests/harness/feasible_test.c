// SPDX-License-Identifier: AGPL-3.0-or-later
// harness/feasible_test.c - the best that a line could carry.
#include "support/check.h"
#include "support/feasible.h"

static const struct feasible_picture two[] = {{3, {150, 500, 1500}}, {3, {150, 500, 1500}}};

TEST(the_dearest_that_fits_is_the_best)
{
    CHECK_EQ(feasible_best(two, 2, 3000), 3000);
    CHECK_EQ(feasible_best(two, 2, 2999), 2000);
    CHECK_EQ(feasible_best(two, 2, 1000), 1000);
    CHECK_EQ(feasible_best(two, 1, 1499), 500);
}

TEST(more_pictures_are_better_than_dearer_ones)
{
    CHECK_EQ(feasible_best(two, 2, 520), 300);
    CHECK_EQ(feasible_best(two, 2, 200), 150);
    CHECK_EQ(feasible_best(two, 2, 100), 0);
}
