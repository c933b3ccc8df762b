// SPDX-License-Identifier: AGPL-3.0-or-later
// support/line_words.h - a line's settings from words, its counters as JSON.
#ifndef TESTS_SUPPORT_LINE_WORDS_H
#define TESTS_SUPPORT_LINE_WORDS_H

#include "support/line.h"

#include <stdbool.h>
#include <stddef.h>

// "capacity=1000000 queue=300 delay=25 jitter=5 loss=0.05 reorder=0.01 duplicate=0 enter=0.01 leave=0.2
// burst=0.8": bit/s, milliseconds, shares. What is not named is 0. False when a word is not of these.
bool line_words_read(struct line_settings *settings, const char *words);

// {"in":N,...,"wait":{"p50":MS,"p95":MS,"max":MS}}; the length, as snprintf.
int line_words_count(const struct line *line, char *to, size_t size);

#endif
