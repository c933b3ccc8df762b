// SPDX-License-Identifier: AGPL-3.0-or-later
// load/scenario.h - a load from its beginning to its end: in, at rest, measured, out.
#ifndef TESTS_LOAD_SCENARIO_H
#define TESTS_LOAD_SCENARIO_H

#include "load/outcome.h"

#include <stdbool.h>

struct options;

// Fills the outcome as far as it came. False: crowd->status and crowd->why say why there is nothing to report.
// After a report, too, there may be a status: somebody could not come in, or was thrown out.
bool scenario_run(struct crowd *crowd, const struct options *options, struct outcome *outcome);

#endif
