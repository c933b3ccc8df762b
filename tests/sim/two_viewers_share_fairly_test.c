// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/two_viewers_share_fairly_test.c - two viewers behind one bottleneck.
#include "sim/scenario.h"
#include "support/check.h"

TEST(two_viewers_share_fairly)
{
    scenario_check(&scenario_shared, 210);
    scenario_check(&scenario_shared, 211);
}
