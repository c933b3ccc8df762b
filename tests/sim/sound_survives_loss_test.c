// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/sound_survives_loss_test.c - speech goes on when hardly anything else passes.
#include "sim/scenario.h"
#include "support/check.h"

TEST(sound_alone_survives_ten_percent_of_loss)
{
    scenario_check(&scenario_sound_only, 207);
}

TEST(speech_passes_48_kbit_with_twenty_percent_of_loss)
{
    scenario_check(&scenario_thin, 208);
}
