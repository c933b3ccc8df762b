// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/scenario.h - rooms on bad lines whose figures are claimed by tests and printed by bench_adapt.
#ifndef TESTS_SIM_SCENARIO_H
#define TESTS_SIM_SCENARIO_H

#include "base/usec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCENARIO_FIGURES 4
#define SECONDS(span) ((double)(span) / 1e6)

struct scenario_figure {
    const char *name;
    const char *unit;
    double target;
    bool at_least; // else at most
};

struct scenario {
    const char *name;
    struct scenario_figure figures[SCENARIO_FIGURES]; // the rest without names
    void (*run)(uint64_t seed, double values[static SCENARIO_FIGURES]);
};

extern const struct scenario scenario_join;
extern const struct scenario scenario_narrower;
extern const struct scenario scenario_narrower_full;
extern const struct scenario scenario_wider;
extern const struct scenario scenario_loss_and_jitter;
extern const struct scenario scenario_sound_only;
extern const struct scenario scenario_thin;
extern const struct scenario scenario_steady;
extern const struct scenario scenario_many_steady;
extern const struct scenario scenario_shared;
extern const struct scenario scenario_many_shared;
extern const struct scenario scenario_speaker;
extern const struct scenario scenario_lips;

extern const struct scenario *const scenarios[];
extern const size_t scenario_count;

bool scenario_is_met(const struct scenario_figure *figure, double value);

// Runs it, and fails the test when a figure is not met.
void scenario_check(const struct scenario *scenario, uint64_t seed);

// Long spans are a tenth of that in a program slowed down by a sanitizer.
usec scenario_span(usec span);

#endif
