// SPDX-License-Identifier: AGPL-3.0-or-later
// main.c - finds the verb of the command line and runs it.
#include "base/err.h"
#include "command/commands.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

static const struct command *const commands[] = {
    &command_serve, &command_user, &command_check_config, &command_print_config, &command_version,
};

static void print_usage(FILE *to)
{
    fputs("usage: aftercare COMMAND [arguments]\n\n", to);
    for (size_t i = 0; i < ARRAY_LEN(commands); i++)
        fprintf(to, "  %-13s %-38s %s\n", commands[i]->name, commands[i]->arguments,
                commands[i]->summary);
    fputs("  help                                                 print this\n", to);
}

int main(int count, char **arguments)
{
    const char *verb = count > 1 ? arguments[1] : "";

    if (!strcmp(verb, "help") || !strcmp(verb, "--help") || !strcmp(verb, "-h")) {
        print_usage(stdout);
        return EX_OK;
    }
    if (!strcmp(verb, "--version"))
        verb = command_version.name;
    for (size_t i = 0; i < ARRAY_LEN(commands); i++)
        if (!strcmp(commands[i]->name, verb))
            return commands[i]->run(count - 2, arguments + 2);
    if (*verb)
        fprintf(stderr, "aftercare: there is no command \"%.60s\".\n", verb);
    print_usage(stderr);
    return EX_USAGE;
}
