// SPDX-License-Identifier: AGPL-3.0-or-later
// host/meetup_loop.c - the libev loop of the meetup thread: who wakes it, and for what.
#include "host/meetup_loop.h"

#include "base/mem.h"
#include "host/clock.h"
#include "host/effects.h"
#include "host/mailbox.h"
#include "host/meetup_thread.h"
#include "host/server.h"
#include "host/stalls.h"
#include "host/store_thread.h"
#include "meetup/directory.h"
#include "sfu/event.h"
#include "store/store.h"

#include <ev.h>

#define GOODBYE_TIME SEC(1)
#define PER_WAKE 256 // events or results, before others have their turn

struct meetup_loop {
    // borrowed: outlives the loop
    struct meetup_thread *owner;
    // owned
    struct ev_loop *base;
    struct ev_io events;
    struct ev_io results;
    struct ev_timer second;
    struct ev_timer due; // the domain's deadline
    struct ev_prepare prepare;
    struct ev_check check;
    struct ev_async end;
    // state
    usec end_at; // 0: not asked to end
    usec woken_at;
    struct stalls stalls;
};

static void hear_events(struct ev_loop *base, struct ev_io *watcher, int why)
{
    struct meetup_thread *m = ((struct meetup_loop *)watcher->data)->owner;
    struct request request = {.kind = REQUEST_MEDIA};
    int count = 0;

    (void)why;
    mailbox_hear(m->events);
    while (count++ < PER_WAKE && mailbox_take(m->events, &request.media))
        effects_of_request(m, clock_now(), &request);
    if (mailbox_count(m->events))
        ev_feed_event(base, watcher, EV_READ);
}

static void hear_results(struct ev_loop *base, struct ev_io *watcher, int why)
{
    struct meetup_thread *m = ((struct meetup_loop *)watcher->data)->owner;
    struct result *result;
    int count = 0;

    (void)why;
    store_thread_hear(m->store);
    while (count++ < PER_WAKE && (result = store_thread_take(m->store))) {
        effects_of_result(m, result);
        result_fini(result);
        mem_free(result);
    }
    if (count > PER_WAKE)
        ev_feed_event(base, watcher, EV_READ);
}

static void each_second(struct ev_loop *base, struct ev_timer *watcher, int why)
{
    struct meetup_loop *l = watcher->data;

    (void)base, (void)why;
    server_tick(l->owner->server, clock_now());
    meetup_thread_save(l->owner, clock_now());
}

static void time_passed(struct ev_loop *base, struct ev_timer *watcher, int why)
{
    struct meetup_loop *l = watcher->data;

    (void)base, (void)why;
    effects_of_time(l->owner, clock_now());
}

static void woken(struct ev_loop *base, struct ev_check *watcher, int why)
{
    struct meetup_loop *l = watcher->data;

    (void)base, (void)why;
    l->woken_at = clock_now();
}

// Before each sleep: when must it end?
static void before_sleep(struct ev_loop *base, struct ev_prepare *watcher, int why)
{
    struct meetup_loop *l = watcher->data;
    const usec now = clock_now();
    const usec deadline = directory_deadline(l->owner->directory);

    (void)why;
    if (l->woken_at)
        (void)stalls_add(&l->stalls, now, now - l->woken_at);
    ev_timer_stop(base, &l->due);
    if (deadline != USEC_NEVER) {
        ev_now_update(base);
        ev_timer_set(&l->due, deadline > now ? (double)(deadline - now) / 1e6 : 0., 0.);
        ev_timer_start(base, &l->due);
    }
    if (l->end_at && (now >= l->end_at || !server_has_websockets(l->owner->server)))
        ev_break(base, EVBREAK_ALL);
}

static void end_asked(struct ev_loop *base, struct ev_async *watcher, int why)
{
    struct meetup_loop *l = watcher->data;

    (void)base, (void)why;
    l->end_at = clock_now() + GOODBYE_TIME;
    server_say_goodbye(l->owner->server);
}

enum err meetup_loop_create(struct meetup_loop **made, struct meetup_thread *owner)
{
    struct meetup_loop *l = mem_zero(sizeof *l);

    if (!l)
        return ERR_NO_MEMORY;
    l->owner = owner;
    l->base = ev_loop_new(EVFLAG_AUTO | EVFLAG_NOENV);
    if (!l->base) {
        mem_free(l);
        return ERR_NO_MEMORY;
    }
    ev_io_init(&l->events, hear_events, mailbox_descriptor(owner->events), EV_READ);
    ev_io_init(&l->results, hear_results, store_thread_descriptor(owner->store), EV_READ);
    ev_timer_init(&l->second, each_second, 1., 1.);
    ev_timer_init(&l->due, time_passed, 0., 0.);
    ev_prepare_init(&l->prepare, before_sleep);
    ev_check_init(&l->check, woken);
    ev_set_priority(&l->check, EV_MAXPRI);
    ev_async_init(&l->end, end_asked);
    l->events.data = l->results.data = l->second.data = l->due.data = l->prepare.data =
        l->check.data = l->end.data = l;
    ev_io_start(l->base, &l->events);
    ev_io_start(l->base, &l->results);
    ev_timer_start(l->base, &l->second);
    ev_prepare_start(l->base, &l->prepare);
    ev_check_start(l->base, &l->check);
    ev_async_start(l->base, &l->end);
    *made = l;
    return ERR_OK;
}

void meetup_loop_destroy(struct meetup_loop *l)
{
    if (!l)
        return;
    ev_loop_destroy(l->base);
    mem_free(l);
}

struct ev_loop *meetup_loop_base(struct meetup_loop *l)
{
    return l->base;
}

const struct stalls *meetup_loop_stalls(const struct meetup_loop *l)
{
    return &l->stalls;
}

void meetup_loop_run(struct meetup_loop *l)
{
    ev_run(l->base, 0);
}

void meetup_loop_end(struct meetup_loop *l)
{
    ev_async_send(l->base, &l->end);
}
