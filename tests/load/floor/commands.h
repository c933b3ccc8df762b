// SPDX-License-Identifier: AGPL-3.0-or-later
// load/floor/commands.h - what `floor` can be told to do; each returns the exit status.
#ifndef TESTS_LOAD_FLOOR_COMMANDS_H
#define TESTS_LOAD_FLOOR_COMMANDS_H

struct settings;

int command_sink(const struct settings *settings);
int command_forward(const struct settings *settings);
int command_send(const struct settings *settings);
int command_receive(const struct settings *settings);

#endif
