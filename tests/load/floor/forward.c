// SPDX-License-Identifier: AGPL-3.0-or-later
// load/floor/forward.c - the fan-out between two networks, at the pace of what comes in.
#include "load/floor/commands.h"
#include "load/floor/fanout.h"
#include "load/floor/loop.h"
#include "load/floor/moment.h"
#include "load/floor/settings.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#define TOO_FEW 1000 // packets that say nothing

struct window {
    bool open;
    uint64_t since_ns;
    uint64_t cost_ns;
    struct fanout_counters counters;
};

static struct window window_now(const struct fanout *fanout)
{
    return (struct window){.open = true,
                           .since_ns = moment_ns(),
                           .cost_ns = thread_cost_ns(),
                           .counters = fanout->counters};
}

static void report(const struct settings *given, const struct window *from, const struct window *to)
{
    const struct fanout_counters *a = &from->counters, *b = &to->counters;
    const double seconds = (double)(to->since_ns - from->since_ns) / 1e9;
    const double sent = (double)(b->sent - a->sent);
    const double cost = (double)(to->cost_ns - from->cost_ns);

    printf(given->json ? "{\"kind\":\"%s\",\"viewers\":%zu,\"seconds\":%.2f,\"sent\":%.0f,"
                         "\"packetsPerTurn\":%.2f,\"packetsPerSend\":%.2f,\"feedbacks\":%llu,"
                         "\"nsPerPacket\":%.0f,\"busy\":%.4f,\"refused\":%llu,\"full\":%llu}\n"
                       : "%s, %zu viewers, %.2f s: %.0f packets, %.2f a turn, %.2f a send, %llu "
                         "feedbacks: %.0f ns a packet, busy %.4f, %llu refused, %llu full\n",
           given->sound ? "audio" : "video", given->viewers, seconds, sent,
           (double)(b->received - a->received) / (double)(b->turns - a->turns),
           sent / (double)(b->sends - a->sends), (unsigned long long)(b->feedbacks - a->feedbacks),
           cost / sent, cost / 1e9 / seconds, (unsigned long long)b->refused,
           (unsigned long long)b->full);
}

static int forward_until_told(const struct settings *settings, struct fanout *fanout,
                              struct loop *loop, int s)
{
    struct window from = {0}, to;
    uint64_t first_ns = 0;

    while (loop_wait(loop)) {
        if (!fanout_turn(fanout, s)) {
            fprintf(stderr, "floor forward: cannot send: %s\n", strerror(errno));
            return 1;
        }
        if (from.open)
            continue;
        if (!first_ns && fanout->counters.received)
            first_ns = moment_ns();
        if (first_ns && moment_ns() - first_ns >= settings->warm_seconds * 1000000000u)
            from = window_now(fanout);
    }
    to = window_now(fanout);
    if (!from.open || to.counters.sent - from.counters.sent < TOO_FEW) {
        fprintf(stderr, "floor forward: too few packets came to say anything\n");
        return 1;
    }
    report(settings, &from, &to);
    return 0;
}

int command_forward(const struct settings *settings)
{
    static struct fanout fanout;
    const struct fanout_settings given = {.seed = settings->seed,
                                          .publishers = settings->sound ? settings->talkers : 1,
                                          .viewers = settings->viewers,
                                          .sound = settings->sound,
                                          .merge = settings->merge,
                                          .to = settings->to};
    const int s = endpoint_open(&settings->from);
    struct loop loop;
    int status = 1;

    if (s >= 0 && loop_open(&loop) && loop_watch(&loop, s, 0) && fanout_init(&fanout, &given)) {
        puts("ready");
        fflush(stdout);
        status = forward_until_told(settings, &fanout, &loop, s);
        loop_close(&loop);
    } else {
        fprintf(stderr, "floor forward: cannot begin: %s\n", strerror(errno));
    }
    fanout_fini(&fanout);
    if (s >= 0)
        close(s);
    return status;
}
