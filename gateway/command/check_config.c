// SPDX-License-Identifier: AGPL-3.0-or-later
// command/check_config.c - reads the settings as serve would, and says what is wrong or what counts.
#include "command/check_config.h"

#include "command/commands.h"
#include "command/options.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

struct printing {
    char part[64];
};

static void print_setting(void *owner, const char *key, const char *value, const char *preset,
                          const char *help)
{
    struct printing *p = owner;
    const size_t len = strcspn(key, ".");

    (void)preset;
    if (strncmp(p->part, key, len) || p->part[len]) {
        snprintf(p->part, sizeof p->part, "%.*s", (int)len, key);
        printf("\n[%s]\n", p->part);
    }
    printf("# %s\n%s = %s\n", help, key + len + 1, value);
}

int check_config(const struct options *options, bool print)
{
    struct printing printing = {0};

    if (!print)
        puts("The settings are fine.");
    else
        config_each(&options->config, print_setting, &printing);
    return EX_OK;
}

static int run_check(int count, char **arguments)
{
    struct options options;
    const int status = options_read(&options, count, arguments);

    return status ? status : check_config(&options, false);
}

static int run_print(int count, char **arguments)
{
    struct options options;
    const int status = options_read(&options, count, arguments);

    return status ? status : check_config(&options, true);
}

const struct command command_check_config = {
    .name = "check-config",
    .arguments = "[flags]",
    .summary = "say whether the settings can be used",
    .run = run_check,
};

const struct command command_print_config = {
    .name = "print-config",
    .arguments = "[flags]",
    .summary = "print the settings that count, secrets masked",
    .run = run_print,
};
