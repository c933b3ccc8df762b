// SPDX-License-Identifier: AGPL-3.0-or-later
// command/check_config.h - what was read of the settings, said in words.
#ifndef GATEWAY_COMMAND_CHECK_CONFIG_H
#define GATEWAY_COMMAND_CHECK_CONFIG_H

#include <stdbool.h>

struct options;

// After the settings were read without a complaint. `print`: all of them.
int check_config(const struct options *options, bool print);

#endif
