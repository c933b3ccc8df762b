// SPDX-License-Identifier: AGPL-3.0-or-later
// command/options.c - the flags of a command: every setting, and a few words of its own.
#include "command/options.h"

#include "base/err.h"
#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

extern char **environ;

#define DEFAULT_FILE "/etc/aftercare/aftercare.conf"

// Short names of settings that are typed often.
static const struct {
    const char *flag;
    const char *key;
} aliases[] = {
    {"web", "server.web"},
    {"port", "server.port"},
    {"data", "data.folder"},
};

static const char *key_of(const char *flag)
{
    for (size_t i = 0; i < ARRAY_LEN(aliases); i++)
        if (!strcmp(aliases[i].flag, flag))
            return aliases[i].key;
    return flag;
}

static int complain(int status, const char *why)
{
    fprintf(stderr, "aftercare: %s\n", why);
    return status;
}

static bool take_own_flag(struct options *o, const char *flag)
{
    bool *const known = !strcmp(flag, "demo")           ? &o->demo
                        : !strcmp(flag, "check-config") ? &o->check_config
                        : !strcmp(flag, "print-config") ? &o->print_config
                        : !strcmp(flag, "help")         ? &o->help
                                                        : NULL;

    if (known)
        *known = true;
    return known != NULL;
}

// One "--name=value", "--name value" or "--name"; `at` moves past what it took.
static int take_flag(struct options *o, int count, char **arguments, int *at, bool only_file,
                     const char **file)
{
    char name[64], why[CONFIG_WHY_SIZE];
    const char *flag = arguments[*at] + 2;
    const char *equals = strchr(flag, '=');
    const char *value = equals ? equals + 1 : NULL;
    bool is_switch;

    snprintf(name, sizeof name, "%.*s", (int)(equals ? equals - flag : (long)strlen(flag)), flag);
    if (!value && take_own_flag(o, name))
        return 0;
    if (strcmp(name, "config") && !config_has(key_of(name), &is_switch)) {
        snprintf(why, sizeof why, "There is no flag --%.60s; see aftercare help.", name);
        return complain(EX_USAGE, why);
    }
    if (!value && strcmp(name, "config") && is_switch)
        value = "yes";
    if (!value && *at + 1 < count)
        value = arguments[++*at];
    if (!value) {
        snprintf(why, sizeof why, "The flag --%.60s wants a value.", name);
        return complain(EX_USAGE, why);
    }
    if (!strcmp(name, "config"))
        *file = value;
    else if (!only_file && !config_set(&o->config, key_of(name), value, why))
        return complain(EX_CONFIG, why);
    return 0;
}

static int take_arguments(struct options *o, int count, char **arguments, bool only_file,
                          const char **file)
{
    o->word_count = 0;
    for (int at = 0; at < count; at++) {
        int status = 0;

        if (!strcmp(arguments[at], "-h"))
            o->help = true;
        else if (!strncmp(arguments[at], "--", 2))
            status = take_flag(o, count, arguments, &at, only_file, file);
        else if (arguments[at][0] == '-' || o->word_count == OPTIONS_WORDS)
            status = complain(EX_USAGE, "An argument is not understood; see aftercare help.");
        else
            o->words[o->word_count++] = arguments[at];
        if (status)
            return status;
    }
    return 0;
}

static bool set_log_level(const char *name)
{
    static const char *const names[] = {
        [LOG_TRACE] = "trace", [LOG_DEBUG] = "debug", [LOG_INFO] = "info",
        [LOG_WARN] = "warn",   [LOG_ERROR] = "error",
    };

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (!strcmp(names[i], name)) {
            log_from((enum log_level)i);
            return true;
        }
    return false;
}

int options_read(struct options *options, int count, char **arguments)
{
    const char *file = NULL;
    char why[CONFIG_WHY_SIZE];
    int status;

    *options = (struct options){0};
    config_default(&options->config);
    status = take_arguments(options, count, arguments, true, &file);
    if (status)
        return status;
    if (!file && access(DEFAULT_FILE, F_OK) == 0)
        file = DEFAULT_FILE;
    if (file && !config_read_file(&options->config, file, why))
        return complain(EX_CONFIG, why);
    if (!config_read_environment(&options->config, environ, why))
        return complain(EX_CONFIG, why);
    status = take_arguments(options, count, arguments, false, &file);
    if (!status && !set_log_level(options->config.log_level))
        status = complain(EX_CONFIG, "log.level must be trace, debug, info, warn or error.");
    return status;
}

static void print_flag(void *owner, const char *key, const char *value, const char *preset,
                       const char *help)
{
    char flag[64];

    (void)owner, (void)value;
    snprintf(flag, sizeof flag, "%s", key);
    for (char *at = flag; *at; at++)
        *at = *at == '_' ? '-' : *at;
    printf("  --%-34s %s%s%s%s\n", flag, help, *preset ? " [" : "", preset, *preset ? "]" : "");
}

void options_print_help(void)
{
    struct config config;

    config_default(&config);
    puts("settings, as flags (also in the file as [part] key = value, and as AFTERCARE_PART_KEY):");
    puts("  --config FILE                        the configuration file [" DEFAULT_FILE "]");
    config_each(&config, print_flag, NULL);
    puts("  --web, --port and --data are short for --server.web, --server.port and --data.folder");
}
