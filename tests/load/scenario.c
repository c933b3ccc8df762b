// SPDX-License-Identifier: AGPL-3.0-or-later
// load/scenario.c - a load from its beginning to its end: in, at rest, measured, out.
#include "load/scenario.h"

#include "load/options.h"
#include "load/signals.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sysexits.h>

#define STEP MSEC(10)          // between looks at what is due
#define CONNECT_TIME SEC(20)   // from the last one's entering to all media running
#define LATE_TIME SEC(5)       // for late ones to get their first packet
#define GONE_TIME SEC(8)       // for everybody to be out
#define FREED_TIME SEC(3)      // for the server to give memory back
#define FAILED_SHARE_MOST 0.05 // more have failed: there is nothing left to measure

struct run {
    struct crowd *crowd;
    const struct options *options;
    struct outcome *outcome;
    size_t next;   // of the late ones
    usec next_at;  // when it is its turn
    bool measures; // one who fails before is the end of it, of those after only many
    bool died;
};

static void say(struct run *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(struct run *r, const char *format, ...)
{
    va_list arguments;

    if (r->options->quiet)
        return;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
}

static usec seconds(double number)
{
    return (usec)(number * 1e6);
}

// The server's process is what there is to ask when its pid is known; else it is tried to connect to.
static void look_after_server(struct run *r)
{
    struct crowd *c = r->crowd;
    struct tcp tcp;
    struct target *target = &c->settings.target;
    const usec until = signals_now() + SEC(2);
    bool refused = false;

    if (r->options->server_pid && kill(r->options->server_pid, 0) < 0)
        refused = true;
    if (!refused && tcp_open(&tcp, &target->address, &target->from, NULL, target->name))
        while (tcp.stage == TCP_CONNECTING && tcp_work(&tcp) && signals_now() < until)
            signals_turn(c->settings.signals, signals_now() + MSEC(10));
    if (!refused) {
        refused = tcp.stage == TCP_ENDED && tcp.refused;
        tcp_close(&tcp);
    }
    r->died = refused;
    if (refused) {
        c->status = 0; // says more than what was noticed first
        crowd_fail(c, EX_UNAVAILABLE,
                   "The server at %s died midway: %u of %zu people were thrown out.", target->host,
                   c->failed, c->people_count);
    }
}

// One step of the way. False when it is not worth going on.
static bool step(struct run *r, usec until)
{
    struct crowd *c = r->crowd;
    const uint32_t failed = c->failed;
    const usec end = signals_now() + STEP;

    signals_turn(c->settings.signals, until < end ? until : end);
    crowd_care(c, signals_now());
    if (c->failed != failed) {
        look_after_server(r);
        if (!r->measures || c->failed > FAILED_SHARE_MOST * (double)c->people_count)
            return false;
    }
    return true;
}

static bool rest(struct run *r, usec how_long)
{
    const usec until = signals_now() + how_long;
    bool good = true;

    while (good && signals_now() < until)
        good = step(r, until);
    return good;
}

static void take_reading(struct run *r, struct reading *reading)
{
    struct crowd *c = r->crowd;

    *reading = (struct reading){.at = signals_now(), .signals_cpu = signals_cpu()};
    loop_stats(c->settings.loop, &reading->loop);
    if (r->options->server_pid)
        reading->has_process = process_read(&reading->process, r->options->server_pid);
}

// --- coming in ---

static bool all_enter(struct run *r)
{
    struct crowd *c = r->crowd;
    const usec start = signals_now();
    bool good = true;
    size_t count = 0;

    for (size_t i = 0; good && i < c->people_count; i++) {
        const usec turn = start + seconds((double)count / r->options->ramp);

        // Hosts come at once: who waits for them would only wait.
        if (c->people[i].late && !(r->options->scenario == SCENARIO_CHURN))
            continue;
        while (good && signals_now() < turn)
            good = step(r, turn);
        if (good)
            person_enter(&c->people[i]);
        if (++count % 500 == 0)
            say(r, "%zu people sent in, %u are in\n", count, c->in);
    }
    return good;
}

// Everybody is in and their media run.
static bool all_connect(struct run *r)
{
    struct crowd *c = r->crowd;
    const usec until = signals_now() + CONNECT_TIME;
    bool good = true;
    uint32_t connected = 0;

    while (good && signals_now() < until) {
        good = step(r, until);
        if (c->entering)
            continue;
        connected = crowd_connected(c);
        if (connected == c->in)
            return good;
        good = good && rest(r, MSEC(100));
    }
    if (good && c->entering + (c->in - connected) > 0)
        crowd_fail(c, EX_UNAVAILABLE,
                   "%u people did not come in and %u got no media connection within %d s; is "
                   "media.addresses right, and UDP let through?",
                   c->entering, c->in - connected, (int)(CONNECT_TIME / SEC(1)));
    return false;
}

// --- what happens while it is measured ---

static struct person *next_late(struct run *r)
{
    struct crowd *c = r->crowd;

    for (size_t i = 0; i < c->people_count; i++) {
        struct person *p = &c->people[r->next++ % c->people_count];

        if (p->late)
            return p;
    }
    return NULL;
}

static void come_or_go(struct run *r)
{
    struct person *p = next_late(r);

    if (!p)
        return;
    if (p->state == PERSON_OUT)
        person_enter(p);
    else if (r->options->scenario == SCENARIO_CHURN)
        person_leave(p);
}

static bool is_eventful(const struct options *o)
{
    return o->scenario == SCENARIO_CHURN ||
           ((o->scenario == SCENARIO_STORM || o->scenario == SCENARIO_IDLE) && o->joins);
}

// At a steady pace, whatever became of those before: an open loop.
static bool pass_time(struct run *r)
{
    const struct options *o = r->options;
    const usec start = signals_now(), pause = seconds(1 / o->per_second);
    usec until = start + seconds(o->seconds);
    unsigned left = o->scenario == SCENARIO_CHURN ? UINT32_MAX : o->joins;
    bool good = true;

    if (o->scenario != SCENARIO_CHURN && is_eventful(o))
        until = start + (usec)o->joins * pause + LATE_TIME;
    r->next_at = is_eventful(o) ? start : USEC_NEVER;
    while (good && signals_now() < until) {
        for (; left && r->next_at <= signals_now(); r->next_at += pause, left--) {
            histogram_add(&r->outcome->late, (uint64_t)(signals_now() - r->next_at));
            come_or_go(r);
        }
        good = step(r, left && r->next_at < until ? r->next_at : until);
    }
    return good;
}

static bool measure(struct run *r)
{
    struct outcome *outcome = r->outcome;
    struct crowd *c = r->crowd;
    bool good;

    r->measures = true;
    crowd_count_anew(c);
    take_reading(r, &outcome->from);
    good = pass_time(r);
    take_reading(r, &outcome->to);
    crowd_count(c, false, &outcome->stayed);
    crowd_count(c, true, &outcome->came);
    crowd_count_joins(c);
    outcome->joins = c->joins;
    outcome->mute_joins = c->mute_joins;
    outcome->in = outcome->people = c->in;
    outcome->entering = c->entering;
    outcome->connected = crowd_connected(c);
    for (size_t i = 0; i < c->people_count; i++)
        outcome->idle += c->people[i].state == PERSON_IN && c->people[i].role->no_media;
    return good;
}

// --- going ---

static void all_leave(struct run *r)
{
    struct crowd *c = r->crowd;
    const usec until = signals_now() + GONE_TIME;
    struct process process;

    for (size_t i = 0; i < c->people_count; i++)
        person_leave(&c->people[c->people_count - 1 - i]); // hosts last
    while (signals_count(c->settings.signals) && signals_now() < until) {
        signals_turn(c->settings.signals, signals_now() + STEP);
        crowd_care(c, signals_now());
    }
    if (!r->options->server_pid)
        return;
    (void)rest(r, FREED_TIME);
    if (process_read(&process, r->options->server_pid)) {
        r->outcome->pss_after = process.pss;
        r->outcome->rss_after = process.rss;
    }
}

static void note_memory_before(struct run *r)
{
    struct process process;

    if (r->options->server_pid && process_read(&process, r->options->server_pid)) {
        r->outcome->pss_before = process.pss;
        r->outcome->rss_before = process.rss;
    }
}

bool scenario_run(struct crowd *c, const struct options *options, struct outcome *outcome)
{
    struct run r = {.crowd = c, .options = options, .outcome = outcome};
    bool good;

    *outcome = (struct outcome){0};
    say(&r, "making %zu rooms\n", c->room_count);
    if (!c->settings.house->prepare(c))
        return false;
    note_memory_before(&r);
    good = all_enter(&r) && all_connect(&r);
    if (good)
        say(&r, "%u people are in\n", c->in);
    good = good && rest(&r, seconds(options->warm_up)) && measure(&r);
    outcome->failed = c->failed;
    outcome->thrown_out = c->thrown_out;
    if (!r.died)
        all_leave(&r); // or the server would wait for them to come back
    if (!c->status && outcome->entering && options->scenario != SCENARIO_CHURN)
        crowd_fail(c, EX_UNAVAILABLE, "%u people were still on their way in after %d s.",
                   outcome->entering, (int)(LATE_TIME / SEC(1)));
    if (!c->status && outcome->mute_joins)
        crowd_fail(c, EX_UNAVAILABLE, "%u people came in and got no media within %d s.",
                   outcome->mute_joins, (int)(LATE_TIME / SEC(1)));
    return good;
}
