// SPDX-License-Identifier: AGPL-3.0-or-later
// bench/adapt_sim.c - the figures of issue B in virtual time, one JSON object per line.
#include "sim/scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEED 1

static void print(const struct scenario *scenario, const double values[static SCENARIO_FIGURES])
{
    for (size_t i = 0; i < SCENARIO_FIGURES && scenario->figures[i].name; i++) {
        const struct scenario_figure *f = &scenario->figures[i];
        printf("{\"figure\": \"%s: %s (simulated)\", \"value\": %.3f, \"unit\": \"%s\", "
               "\"target\": %g, \"atLeast\": %s, \"met\": %s}\n",
               scenario->name, f->name, values[i], f->unit, f->target,
               f->at_least ? "true" : "false", scenario_is_met(f, values[i]) ? "true" : "false");
    }
    fflush(stdout);
}

// usage: bench_adapt [part of a name [seed]]
int main(int count, char **arguments)
{
    const uint64_t seed = count > 2 ? strtoull(arguments[2], NULL, 10) : SEED;

    for (size_t i = 0; i < scenario_count; i++) {
        double values[SCENARIO_FIGURES] = {0};
        if (count > 1 && !strstr(scenarios[i]->name, arguments[1]))
            continue;
        scenarios[i]->run(seed, values);
        print(scenarios[i], values);
    }
    return 0;
}
