// SPDX-License-Identifier: AGPL-3.0-or-later
// load/report.c - the outcome as a table for people and as JSON for programs.
#include "load/report.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

static const char *const kinds[] = {"sound", "pictures"};

static double share(uint64_t part, uint64_t all)
{
    return all ? (double)part / (double)all : 0;
}

// --- the table ---

static void row(FILE *to, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void row(FILE *to, const char *name, const char *format, ...)
{
    va_list arguments;

    fprintf(to, "%-28s ", name);
    va_start(arguments, format);
    vfprintf(to, format, arguments);
    va_end(arguments);
    fputc('\n', to);
}

static void row_of_flow(FILE *to, const struct outcome *o, const struct crowd_count *count,
                        enum agent_kind kind, const char *whose)
{
    const struct agent_flow *in = &count->stats.received[kind];
    const double s = outcome_seconds(o);
    char name[64];

    if (!in->expected)
        return;
    snprintf(name, sizeof name, "%s received%s", kinds[kind], whose);
    row(to, name, "%.0f packets/s, %.2f Mbit/s, lost %.4f %% (%" PRIu64 " of %" PRIu64 ")",
        (double)in->packets / s, (double)in->bytes * 8 / s / 1e6,
        100 * share(in->lost, in->expected), in->lost, in->expected);
}

static void row_of_sent(FILE *to, const struct outcome *o, enum agent_kind kind)
{
    const struct agent_flow *stayed = &o->stayed.stats.sent[kind];
    const struct agent_flow *came = &o->came.stats.sent[kind];
    const double s = outcome_seconds(o);
    char name[64];

    if (!stayed->packets && !came->packets)
        return;
    snprintf(name, sizeof name, "%s sent", kinds[kind]);
    row(to, name, "%.0f packets/s, %.2f Mbit/s", (double)(stayed->packets + came->packets) / s,
        (double)(stayed->bytes + came->bytes) * 8 / s / 1e6);
}

static void row_of_delay(FILE *to, const struct histogram *h, const char *name)
{
    if (h->count)
        row(to, name, "p50 %.3f ms, p99 %.3f ms, max %.3f ms (%" PRIu64 " packets)",
            (double)histogram_quantile(h, 0.5) / 1e3, (double)histogram_quantile(h, 0.99) / 1e3,
            (double)h->max / 1e3, h->count);
}

static void rows_of_server(FILE *to, const struct outcome *o)
{
    if (!o->from.has_process || !o->to.has_process)
        return;
    row(to, "server", "%.1f %% of a core, %.3f us per packet received",
        100 * outcome_server_busy(o), outcome_us_per_packet(o));
    row(to, "server's memory", "%.1f MB before, %.1f MB then, %.1f MB after all left; %.1f kB each",
        (double)o->rss_before / 1e6, (double)o->to.process.rss / 1e6, (double)o->rss_after / 1e6,
        outcome_memory_per_person(o) / 1e3);
}

void report_table(FILE *to, const struct options *options, const struct outcome *o,
                  const char *fault)
{
    if (fault)
        row(to, "NOT TO BE BELIEVED", "%s", fault);
    row(to, "scenario", "%s at %s, measured for %.1f s", options_scenario(options->scenario),
        options->url, outcome_seconds(o));
    row(to, "people", "%u in, %u with running media, %u on their way, %u failed, %u thrown out",
        o->in, o->connected - o->idle, o->entering, o->failed, o->thrown_out);
    for (enum agent_kind kind = 0; kind < AGENT_KINDS; kind++) {
        row_of_sent(to, o, kind);
        row_of_flow(to, o, &o->stayed, kind, "");
        row_of_flow(to, o, &o->came, kind, ", late");
    }
    row_of_delay(to, &o->stayed.delays[AGENT_SOUND], "delay of sound");
    row_of_delay(to, &o->stayed.delays[AGENT_PICTURE], "delay of pictures");
    if (o->joins.count || o->mute_joins)
        row(to, "joins, to the first packet",
            "p50 %.0f ms, p95 %.0f ms, max %.0f ms (%" PRIu64 " people; %u without media)",
            (double)histogram_quantile(&o->joins, 0.5) / 1e3,
            (double)histogram_quantile(&o->joins, 0.95) / 1e3, (double)o->joins.max / 1e3,
            o->joins.count, o->mute_joins);
    rows_of_server(to, o);
    row(to, "this program", "media %.0f %%, signaling %.0f %% of a core; frames late p99 %.2f ms",
        100 * outcome_media_busy(o), 100 * outcome_signals_busy(o), (double)outcome_slip(o) / 1e3);
}

// --- JSON ---

static json_t *json_of_sent(const struct agent_flow *f)
{
    return json_pack("{s:I, s:I, s:I, s:I}", "packets", (json_int_t)f->packets, "bytes",
                     (json_int_t)f->bytes, "retransmitted", (json_int_t)f->retransmitted,
                     "keyFrames", (json_int_t)f->keys);
}

static json_t *json_of_received(const struct agent_flow *f)
{
    return json_pack("{s:I, s:I, s:I, s:I, s:f, s:I, s:I, s:I}", "packets", (json_int_t)f->packets,
                     "bytes", (json_int_t)f->bytes, "expected", (json_int_t)f->expected, "lost",
                     (json_int_t)f->lost, "lostShare", share(f->lost, f->expected), "repaired",
                     (json_int_t)f->repaired, "duplicates", (json_int_t)f->duplicates, "reordered",
                     (json_int_t)f->reordered);
}

static json_t *json_of_times(const struct histogram *h)
{
    return json_pack("{s:I, s:f, s:I, s:I, s:I, s:I}", "count", (json_int_t)h->count, "meanUs",
                     histogram_mean(h), "p50Us", (json_int_t)histogram_quantile(h, 0.5), "p95Us",
                     (json_int_t)histogram_quantile(h, 0.95), "p99Us",
                     (json_int_t)histogram_quantile(h, 0.99), "maxUs", (json_int_t)h->max);
}

static json_t *json_of_count(const struct crowd_count *c)
{
    const struct agent_stats *s = &c->stats;

    return json_pack(
        "{s:{s:o, s:o}, s:{s:o, s:o}, s:{s:o, s:o}, s:{s:I, s:I, s:I, s:I, s:I, s:I}}", "sent",
        kinds[0], json_of_sent(&s->sent[0]), kinds[1], json_of_sent(&s->sent[1]), "received",
        kinds[0], json_of_received(&s->received[0]), kinds[1], json_of_received(&s->received[1]),
        "delay", kinds[0], json_of_times(&c->delays[0]), kinds[1], json_of_times(&c->delays[1]),
        "control", "feedbackSent", (json_int_t)s->feedback, "asked", (json_int_t)s->asked, "nacked",
        (json_int_t)s->nacked, "keysAsked", (json_int_t)s->keys_asked, "paddings",
        (json_int_t)s->paddings, "unopened", (json_int_t)s->unopened);
}

static json_t *json_of_threads(const struct outcome *o)
{
    json_t *threads = json_object();

    for (size_t i = 0; i < o->to.process.thread_count; i++) {
        const struct process_thread *t = &o->to.process.threads[i];
        int64_t before = 0;

        for (size_t j = 0; j < o->from.process.thread_count; j++)
            if (!strcmp(o->from.process.threads[j].name, t->name))
                before = o->from.process.threads[j].cpu_ns;
        json_object_set_new(threads, t->name, json_real((double)(t->cpu_ns - before) / 1e3));
    }
    return threads;
}

static json_t *json_of_server(const struct outcome *o)
{
    if (!o->from.has_process || !o->to.has_process)
        return json_null();
    return json_pack("{s:f, s:f, s:f, s:o, s:{s:I, s:I, s:I, s:I, s:I, s:I, s:f}}", "cpuUs",
                     (double)(o->to.process.cpu_ns - o->from.process.cpu_ns) / 1e3, "busy",
                     outcome_server_busy(o), "usPerPacket", outcome_us_per_packet(o), "threadsUs",
                     json_of_threads(o), "memory", "rssBefore", (json_int_t)o->rss_before, "rss",
                     (json_int_t)o->to.process.rss, "rssAfter", (json_int_t)o->rss_after,
                     "pssBefore", (json_int_t)o->pss_before, "pss", (json_int_t)o->to.process.pss,
                     "pssAfter", (json_int_t)o->pss_after, "perPerson",
                     outcome_memory_per_person(o));
}

static json_t *json_of_tool(const struct outcome *o, const char *fault)
{
    return json_pack(
        "{s:f, s:f, s:I, s:I, s:I, s:I, s:s?}", "mediaBusy", outcome_media_busy(o), "signalsBusy",
        outcome_signals_busy(o), "slipP99Us", (json_int_t)outcome_slip(o), "lateP99Us",
        (json_int_t)histogram_quantile(&o->late, 0.99), "socketDrops",
        (json_int_t)(o->to.loop.socket_drops - o->from.loop.socket_drops), "sendDrops",
        (json_int_t)(o->to.loop.send_drops - o->from.loop.send_drops), "bottleneck", fault);
}

static json_t *json_of_options(const struct options *o)
{
    static const char *const ciphers[] = {"both", "gcm", "cm"};

    return json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:f, s:I, s:I, s:b, s:b, s:s}", "viewers",
        (json_int_t)o->viewers, "talkers", (json_int_t)o->talkers, "rooms", (json_int_t)o->rooms,
        "members", (json_int_t)o->members, "senders", (json_int_t)o->senders, "joins",
        (json_int_t)o->joins, "sockets", (json_int_t)o->sockets, "perSecond", o->per_second,
        "layers", (json_int_t)o->layers, "height", (json_int_t)o->height, "transportCc",
        !o->no_transport_cc, "alwaysTalk", o->always_talk, "ciphers", ciphers[o->ciphers]);
}

static json_t *json_of_outcome(const struct options *options, const struct outcome *o,
                               const char *fault)
{
    return json_pack(
        "{s:s, s:s, s:s, s:f, s:o, s:{s:I, s:I, s:I, s:I, s:I, s:I}, s:o, s:o, s:{s:o, s:I}, s:o, s:o}",
        "scenario", options_scenario(options->scenario), "server",
        options->is_janus ? "Janus" : "Aftercare", "url", options->url, "seconds",
        outcome_seconds(o), "options", json_of_options(options), "people", "in", (json_int_t)o->in,
        "connected", (json_int_t)o->connected, "idle", (json_int_t)o->idle, "onTheirWay",
        (json_int_t)o->entering, "failed", (json_int_t)o->failed, "thrownOut",
        (json_int_t)o->thrown_out, "stayed", json_of_count(&o->stayed), "came",
        json_of_count(&o->came), "joins", "toFirstPacket", json_of_times(&o->joins), "withoutMedia",
        (json_int_t)o->mute_joins, "processUse", json_of_server(o), "tool", json_of_tool(o, fault));
}

bool report_json(const char *path, const struct options *options, const struct outcome *outcome,
                 const char *fault)
{
    json_t *all = json_of_outcome(options, outcome, fault);
    const size_t flags = JSON_INDENT(2) | JSON_REAL_PRECISION(9);
    bool good;

    if (!strcmp(path, "-")) {
        good = all && json_dumpf(all, stdout, flags) == 0;
        puts("");
    } else {
        good = all && json_dump_file(all, path, flags) == 0;
    }
    json_decref(all);
    return good;
}
