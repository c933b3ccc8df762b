// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/who_speaks_is_forwarded_at_once_test.c - first words are heard, and a cough makes nobody the speaker.
#include "sim/scenario.h"
#include "support/check.h"

TEST(who_speaks_is_forwarded_at_once_and_who_coughs_is_no_speaker)
{
    scenario_check(&scenario_speaker, 212);
}

TEST(lips_stay_with_their_sound_on_a_bad_line)
{
    scenario_check(&scenario_lips, 213);
}
