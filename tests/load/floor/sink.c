// SPDX-License-Identifier: AGPL-3.0-or-later
// load/floor/sink.c - the fan-out alone, turn by turn, its packets going nowhere: limits in one thread.
#include "base/mem.h"
#include "load/floor/commands.h"
#include "load/floor/fanout.h"
#include "load/floor/moment.h"
#include "load/floor/talk.h"
#include "load/floor/viewpoint.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct sink {
    const struct settings *given;
    struct talk talk;
    struct fanout fanout;
    struct viewpoint *viewers; // the mouths of viewers, on loopback
    int publishers_socket;
    int fanout_socket;
    struct sockaddr_in at; // the fan-out's
    double owed;           // feedbacks due
    size_t next_viewer;
    uint64_t cost_ns;
};

static bool open_all(struct sink *sink)
{
    const struct sockaddr_in loopback = {.sin_family = AF_INET,
                                         .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_in any = {.sin_family = AF_INET};
    socklen_t len = sizeof sink->at;

    sink->publishers_socket = endpoint_open(&loopback);
    sink->fanout_socket = endpoint_open(&any);
    if (sink->publishers_socket < 0 || sink->fanout_socket < 0 ||
        getsockname(sink->fanout_socket, (struct sockaddr *)&sink->at, &len) < 0)
        return false;
    sink->at.sin_addr = loopback.sin_addr;
    for (size_t i = 0; i < sink->given->viewers; i++) {
        struct sockaddr_in from = loopback;

        from.sin_port = htons((uint16_t)(ntohs(sink->given->to.sin_port) + i));
        if (!viewpoint_init(&sink->viewers[i], sink->given->seed, i, &from))
            return false;
    }
    return true;
}

// As many feedbacks as fall due between two bursts of a meetup, at the viewers' own pace.
static bool feed_back(struct sink *sink, uint64_t now)
{
    const uint64_t burst_ns = talk_due(&sink->talk, 2) - talk_due(&sink->talk, 1);

    if (!sink->given->feedback_ms)
        return true;
    sink->owed +=
        (double)sink->given->viewers * (double)burst_ns / ((double)sink->given->feedback_ms * 1e6);
    for (; sink->owed >= 1; sink->owed--) {
        struct viewpoint *v = &sink->viewers[sink->next_viewer];

        sink->next_viewer = (sink->next_viewer + 1) % sink->given->viewers;
        for (size_t i = 0; i < sink->talk.count; i++)
            viewpoint_note(v, (uint16_t)(v->next_base + i), now);
        if (!viewpoint_report(v, &sink->at))
            return false;
    }
    return true;
}

static bool turn(struct sink *sink)
{
    const uint64_t now = moment_ns();
    uint64_t started;
    bool turned;

    if (!talk_burst(&sink->talk, now))
        return false;
    for (size_t i = 0; i < sink->talk.count; i++)
        if (sendto(sink->publishers_socket, sink->talk.bytes[i], sink->talk.lens[i], 0,
                   (struct sockaddr *)&sink->at, sizeof sink->at) < 0)
            return false;
    if (!feed_back(sink, now))
        return false;
    started = thread_cost_ns();
    turned = fanout_turn(&sink->fanout, sink->fanout_socket);
    sink->cost_ns += thread_cost_ns() - started;
    return turned;
}

// One round of so many seconds by the wall gives ns per forwarded packet.
static bool measure(struct sink *sink, enum fanout_part part, double *figure)
{
    const uint64_t end = moment_ns() + sink->given->seconds * 1000000000u;
    const uint64_t cost = sink->cost_ns, sent = sink->fanout.counters.sent;

    sink->fanout.part = part;
    do {
        if (!turn(sink))
            return false;
    } while (moment_ns() < end);
    *figure = (double)(sink->cost_ns - cost) / (double)(sink->fanout.counters.sent - sent);
    return true;
}

// The whole and its parts in turn, so that a slow second of the machine meets them all.
static bool measure_all(struct sink *sink, double *figures[FANOUT_PARTS])
{
    double warm_up;
    bool done = measure(sink, FANOUT_WHOLE, &warm_up);

    for (size_t round = 0; done && round < sink->given->rounds; round++)
        for (enum fanout_part part = 0; done && part < FANOUT_PARTS; part++)
            done = measure(sink, part, &figures[part][round]);
    return done;
}

static int ascending(const void *a, const void *b)
{
    const double left = *(const double *)a, right = *(const double *)b;

    return (left > right) - (left < right);
}

static void report(const struct sink *sink, double *figures[FANOUT_PARTS])
{
    const struct settings *given = sink->given;
    const struct fanout_counters *counters = &sink->fanout.counters;
    const double sent = (double)counters->sent;
    const double *whole = figures[FANOUT_WHOLE];

    for (size_t part = 0; part < FANOUT_PARTS; part++)
        qsort(figures[part], given->rounds, sizeof **figures, ascending);
    printf(given->json
               ? "{\"kind\":\"%s\",\"viewers\":%zu,\"merge\":%s,\"packetsPerBurst\":%.2f,"
                 "\"packetsPerSend\":%.2f,\"feedbacksPerPacket\":%.4f,\"nsPerPacket\":%.0f,"
                 "\"least\":%.0f,\"most\":%.0f,\"sealsNs\":%.0f,\"sendsNs\":%.0f,"
                 "\"refused\":%llu,\"full\":%llu}\n"
               : "%s, %zu viewers, merge %s, %.2f packets a burst, %.2f a send, %.4f feedbacks a "
                 "packet: %.0f ns a packet (%.0f to %.0f), seals alone %.0f, sends alone %.0f; "
                 "%llu refused, %llu full\n",
           given->sound ? "audio" : "video", given->viewers,
           given->json ? (given->merge ? "true" : "false") : (given->merge ? "on" : "off"),
           (double)counters->received / (double)counters->turns, sent / (double)counters->sends,
           (double)counters->feedbacks / sent, whole[given->rounds / 2], whole[0],
           whole[given->rounds - 1], figures[FANOUT_SEALS][given->rounds / 2],
           figures[FANOUT_SENDS][given->rounds / 2], (unsigned long long)counters->refused,
           (unsigned long long)counters->full);
}

int command_sink(const struct settings *settings)
{
    static struct sink sink;
    const struct fanout_settings fanout = {.seed = settings->seed,
                                           .publishers = settings->sound ? settings->talkers : 1,
                                           .viewers = settings->viewers,
                                           .sound = settings->sound,
                                           .merge = settings->merge,
                                           .to = settings->to};
    double *all = mem_zero_array(FANOUT_PARTS * settings->rounds, sizeof *all);
    double *figures[FANOUT_PARTS];
    int status = 1;

    for (size_t part = 0; all && part < FANOUT_PARTS; part++)
        figures[part] = all + part * settings->rounds;
    sink.given = settings;
    sink.viewers = mem_zero_array(settings->viewers, sizeof *sink.viewers);
    if (!all || !sink.viewers || !talk_init(&sink.talk, settings) ||
        !fanout_init(&sink.fanout, &fanout) || !open_all(&sink)) {
        fprintf(stderr, "floor sink: cannot begin: %s\n", strerror(errno));
    } else if (!measure_all(&sink, figures)) {
        fprintf(stderr, "floor sink: cannot send: %s\n", strerror(errno));
    } else {
        report(&sink, figures);
        status = sink.fanout.counters.refused > 0;
    }
    for (size_t i = 0; sink.viewers && i < settings->viewers; i++)
        viewpoint_fini(&sink.viewers[i]);
    mem_free(sink.viewers);
    fanout_fini(&sink.fanout);
    talk_fini(&sink.talk);
    mem_free(all);
    return status;
}
