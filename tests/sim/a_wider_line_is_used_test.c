// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/a_wider_line_is_used_test.c - from 1 to 5 Mbit/s: the best pictures come back.
#include "sim/scenario.h"
#include "support/check.h"

TEST(a_wider_line_is_used_within_five_seconds)
{
    scenario_check(&scenario_wider, 204);
    scenario_check(&scenario_wider, 205);
}
