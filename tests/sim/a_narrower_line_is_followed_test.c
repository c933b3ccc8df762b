// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/a_narrower_line_is_followed_test.c - from 5 to 1 Mbit/s: less is sent before the queue grows.
#include "sim/scenario.h"
#include "support/check.h"

TEST(a_narrower_line_is_followed_within_a_second)
{
    scenario_check(&scenario_narrower, 202);
    scenario_check(&scenario_narrower, 203);
}

TEST(a_third_of_what_was_sent_drains_without_a_long_freeze)
{
    scenario_check(&scenario_narrower_full, 214);
    scenario_check(&scenario_narrower_full, 215);
}
