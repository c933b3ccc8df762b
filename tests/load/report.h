// SPDX-License-Identifier: AGPL-3.0-or-later
// load/report.h - the outcome as a table for people and as JSON for programs.
#ifndef TESTS_LOAD_REPORT_H
#define TESTS_LOAD_REPORT_H

#include "load/options.h"
#include "load/outcome.h"

#include <stdbool.h>
#include <stdio.h>

// `fault`: why this program was the bottleneck, or NULL.
void report_table(FILE *to, const struct options *options, const struct outcome *outcome,
                  const char *fault);

// False when the file cannot be written.
bool report_json(const char *path, const struct options *options, const struct outcome *outcome,
                 const char *fault);

#endif
