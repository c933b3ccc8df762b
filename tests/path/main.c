// SPDX-License-Identifier: AGPL-3.0-or-later
// path/main.c - bench_path: what a forwarded packet costs in the worker and on its way to the kernel.
//
// usage: bench_path [--viewers N] [--seconds N] [--warm N] [--send] [picture|feedback|sound]...
//
//   picture   one camera at 720p to all others      feedback  the same, and all tell of its arrival
//   sound     three microphones to all    shared    picture, with everybody on two workers in turn
//   --send    over a real socket to a sink on loopback, whose cost the kernel books here too
//
// Prints one line of JSON for each. Time is virtual: nothing waits, and a busy machine changes nothing.
#include "path/hall.h"
#include "support/check.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct scenario {
    const char *name;
    struct hall_options options;
};

static const struct scenario scenarios[] = {
    {"picture", {.camera = true}},
    {"feedback", {.camera = true, .feedback = true}},
    {"sound", {.talkers = 3}},
    {"shared", {.camera = true, .workers = 2}},
};

struct settings {
    uint32_t viewers;
    uint32_t seconds;
    uint32_t warm;
    bool sends;
};

static double share(uint64_t part, uint64_t of)
{
    return of ? (double)part / (double)of : 0;
}

static void run(const struct scenario *scenario, const struct settings *settings)
{
    struct hall_options options = scenario->options;

    options.viewers = settings->viewers;
    options.sends = settings->sends;
    struct hall *hall = hall_create(&options);
    hall_run(hall, SEC(settings->warm), false);
    hall_run(hall, SEC(settings->seconds), true);
    const struct hall_figures *f = hall_figures(hall);
    const uint64_t media = f->pictures + f->sounds;
    printf("{\"scenario\":\"%s\",\"viewers\":%" PRIu32 ",\"turns\":%" PRIu64
           ",\"pictures\":%" PRIu64 ",\"tall\":%.3f,\"sounds\":%" PRIu64 ",\"others\":%" PRIu64
           ",\"feedback\":%" PRIu64 ",\"packets\":%" PRIu64
           ",\"per_message\":%.2f,\"cpu_ns\":%" PRIu64 ",\"ns_per_packet\":%.1f}\n",
           scenario->name, settings->viewers, f->turns, f->pictures, share(f->tall, f->pictures),
           f->sounds, f->others, f->feedback, media, share(media + f->others, f->messages),
           f->cpu_ns, share(f->cpu_ns, media));
    (void)fflush(stdout);
    hall_destroy(hall);
}

static uint32_t number_of(const char *text)
{
    char *end = NULL;
    const unsigned long value = text ? strtoul(text, &end, 10) : 0;

    if (!text || *end || value < 1 || value > 60000) {
        fprintf(stderr, "bench_path: no number: %s\n", text ? text : "");
        exit(2);
    }
    return (uint32_t)value;
}

static const struct scenario *scenario_of(const char *name)
{
    for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++)
        if (strcmp(scenarios[i].name, name) == 0)
            return &scenarios[i];
    fprintf(stderr, "bench_path: no such scenario: %s\n", name);
    exit(2);
}

int main(int count, char **words)
{
    struct settings settings = {.viewers = 200, .seconds = 5, .warm = 15};
    bool any = false;

    for (int i = 1; i < count; i++) {
        if (strcmp(words[i], "--viewers") == 0)
            settings.viewers = number_of(words[++i]);
        else if (strcmp(words[i], "--seconds") == 0)
            settings.seconds = number_of(words[++i]);
        else if (strcmp(words[i], "--warm") == 0)
            settings.warm = number_of(words[++i]);
        else if (strcmp(words[i], "--send") == 0)
            settings.sends = true;
        else {
            run(scenario_of(words[i]), &settings);
            any = true;
        }
    }
    for (size_t i = 0; !any && i < sizeof scenarios / sizeof scenarios[0]; i++)
        run(&scenarios[i], &settings);
    return 0;
}
