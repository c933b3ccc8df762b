// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/layers_do_not_flap_test.c - five minutes on a line that carries some of what is wanted.
#include "sim/scenario.h"
#include "support/check.h"

TEST(layers_do_not_flap)
{
    scenario_check(&scenario_steady, 209);
}
