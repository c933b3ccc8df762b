// SPDX-License-Identifier: AGPL-3.0-or-later
// command/serve.c - runs the gateway until it is told to stop.
#include "command/check_config.h"
#include "command/commands.h"
#include "command/demo.h"
#include "command/options.h"
#include "host/gateway.h"
#include "host/libraries.h"

#include <signal.h>
#include <stdio.h>
#include <sysexits.h>

static int complain(int status, const char *why)
{
    fprintf(stderr, "aftercare: %s\n", why);
    return status;
}

static void print_addresses(const struct gateway *gateway)
{
    char address[GATEWAY_LINK_SIZE];

    printf("Aftercare keeps its data in %s and is at\n", gateway_folder(gateway));
    for (size_t i = 0; gateway_address(gateway, i, address); i++)
        printf("  %s/\n", address);
}

static void print_media(const struct gateway *gateway)
{
    uint16_t first, last;
    const unsigned threads = gateway_media(gateway, &first, &last);

    if (first == last)
        printf("Sound and pictures: UDP port %u, %u thread%s\n", first, threads,
               threads > 1 ? "s" : "");
    else
        printf("Sound and pictures: UDP ports %u to %u, %u threads\n", first, last, threads);
}

static void print_setup(struct gateway *gateway)
{
    char address[GATEWAY_LINK_SIZE], path[64];

    if (!gateway_offer_setup(gateway, path))
        return;
    gateway_address(gateway, 0, address);
    printf("There is no doctor yet. This link makes the first one, once:\n  %s%s\n", address, path);
}

static void wait_for_signal(void)
{
    sigset_t set;
    int which;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    sigwait(&set, &which);
}

// From before the first thread, so that none of them is interrupted.
static void block_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    sigprocmask(SIG_BLOCK, &set, NULL);
}

static int serve(const struct options *options)
{
    struct gateway *gateway = NULL;
    char why[GATEWAY_WHY_SIZE];
    const char *reason = "";
    int status;

    block_signals();
    if (libraries_start(&reason))
        return complain(EX_SOFTWARE, reason);
    status = gateway_create(&gateway, &options->config, AFTERCARE_VERSION,
                            options->demo ? "-demo" : "", why);
    if (status)
        return complain(status, why);
    print_addresses(gateway);
    print_media(gateway);
    if (options->demo)
        status = demo_prepare(gateway, &options->config);
    else
        print_setup(gateway);
    if (!status) {
        status = gateway_start(gateway, why);
        if (status)
            complain(status, why);
    }
    if (!status) {
        puts("Stop it with Ctrl-C.");
        fflush(stdout);
        wait_for_signal();
    }
    gateway_stop(gateway);
    gateway_destroy(gateway);
    return status;
}

static void print_help(void)
{
    puts("usage: aftercare serve [--demo] [--check-config] [--print-config] [flags]\n\n"
         "  --demo           make a doctor, a meetup and three patients' links to try it out\n"
         "  --check-config   only say whether the settings can be used\n"
         "  --print-config   only print the settings that count\n");
    options_print_help();
    puts(
        "\nexit status: 0 stopped; 64 wrong arguments; 69 a port is in use; 71 no memory or threads;\n"
        "  73 the data folder cannot be made or written; 74 the database cannot be used; 75 another\n"
        "  gateway uses the data folder; 77 a port may not be used; 78 wrong settings, or a file they\n"
        "  name (certificate, key, pages) cannot be used");
}

static int run(int count, char **arguments)
{
    struct options options;
    const int status = options_read(&options, count, arguments);

    if (status)
        return status;
    if (options.help) {
        print_help();
        return EX_OK;
    }
    if (options.word_count)
        return complain(EX_USAGE, "serve takes flags only; see aftercare serve --help.");
    if (options.check_config || options.print_config)
        return check_config(&options, options.print_config);
    return serve(&options);
}

const struct command command_serve = {
    .name = "serve",
    .arguments = "[--demo] [flags]",
    .summary = "run the gateway (serve --help lists every setting)",
    .run = run,
};
