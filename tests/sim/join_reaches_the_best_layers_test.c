// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/join_reaches_the_best_layers_test.c - whoever joins on a good line has the best pictures at once.
#include "sim/scenario.h"
#include "support/check.h"

TEST(join_reaches_the_best_layers_within_two_seconds)
{
    scenario_check(&scenario_join, 201);
}
