// SPDX-License-Identifier: AGPL-3.0-or-later
// command/options.h - the flags of a command: every setting, and a few words of its own.
#ifndef GATEWAY_COMMAND_OPTIONS_H
#define GATEWAY_COMMAND_OPTIONS_H

#include "host/config.h"

#include <stdbool.h>
#include <stddef.h>

#define OPTIONS_WORDS 8

struct options {
    struct config config;
    bool demo;
    bool check_config;
    bool print_config;
    bool help;
    const char *words[OPTIONS_WORDS]; // what is no flag
    size_t word_count;
};

// Reads defaults, file, environment and flags, the later over the earlier. Returns 0, or an exit
// status after a sentence was printed.
int options_read(struct options *options, int count, char **arguments);

// Prints the settings as flags with their help and defaults.
void options_print_help(void);

#endif
