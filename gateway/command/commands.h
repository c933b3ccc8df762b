// SPDX-License-Identifier: AGPL-3.0-or-later
// command/commands.h - the verbs of the command line, one file each.
#ifndef GATEWAY_COMMAND_COMMANDS_H
#define GATEWAY_COMMAND_COMMANDS_H

#define AFTERCARE_VERSION "0.1.0"

// Runs with the arguments after the verb; returns the exit status (sysexits(3)).
typedef int command_run(int count, char **arguments);

struct command {
    const char *name;
    const char *arguments; // for the usage text
    const char *summary;
    command_run *run;
};

extern const struct command command_serve;
extern const struct command command_user;
extern const struct command command_check_config;
extern const struct command command_print_config;
extern const struct command command_version;

#endif
