// SPDX-License-Identifier: AGPL-3.0-or-later
// command/version.c - which Aftercare this is.
#include "command/commands.h"

#include <stdio.h>
#include <sysexits.h>

static int run(int count, char **arguments)
{
    (void)count, (void)arguments;
    puts("aftercare " AFTERCARE_VERSION);
    return EX_OK;
}

const struct command command_version = {
    .name = "version",
    .arguments = "",
    .summary = "print the version",
    .run = run,
};
