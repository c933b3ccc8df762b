// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/scenario.c - all of them, and whether their figures are met.
#include "sim/scenario.h"

#include "support/check.h"

#if defined(__SANITIZE_ADDRESS__)
#define IS_SLOW true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define IS_SLOW true
#endif
#endif
#ifndef IS_SLOW
#define IS_SLOW false
#endif

const struct scenario *const scenarios[] = {
    &scenario_join,   &scenario_narrower,        &scenario_narrower_full,
    &scenario_wider,  &scenario_loss_and_jitter, &scenario_sound_only,
    &scenario_thin,   &scenario_steady,          &scenario_many_steady,
    &scenario_shared, &scenario_many_shared,     &scenario_speaker,
    &scenario_lips,
};

const size_t scenario_count = sizeof scenarios / sizeof scenarios[0];

bool scenario_is_met(const struct scenario_figure *figure, double value)
{
    return figure->at_least ? value >= figure->target : value <= figure->target;
}

void scenario_check(const struct scenario *scenario, uint64_t seed)
{
    double values[SCENARIO_FIGURES] = {0};

    scenario->run(seed, values);
    for (size_t i = 0; i < SCENARIO_FIGURES && scenario->figures[i].name; i++)
        if (!scenario_is_met(&scenario->figures[i], values[i]))
            CHECK_FAIL("%s, %s: %g %s, not %g", scenario->name, scenario->figures[i].name,
                       values[i], scenario->figures[i].unit, scenario->figures[i].target);
}

usec scenario_span(usec span)
{
    return IS_SLOW ? span / 10 : span;
}
