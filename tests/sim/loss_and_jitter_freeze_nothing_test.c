// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/loss_and_jitter_freeze_nothing_test.c - ten minutes on a bad mobile line.
#include "sim/scenario.h"
#include "support/check.h"

TEST(loss_and_jitter_freeze_nothing_for_long)
{
    scenario_check(&scenario_loss_and_jitter, 206);
}
