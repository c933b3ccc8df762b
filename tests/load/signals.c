// SPDX-License-Identifier: AGPL-3.0-or-later
// load/signals.c - drives any number of pages, in one thread.
#include "load/signals.h"

#include "base/mem.h"
#include "load/page.h"

#include <errno.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#define EVENTS 256

struct signals {
    // borrowed
    struct ssl_ctx_st *tls;
    // owned
    int epoll;
    struct page **awake; // have something to do though nothing came
    struct page *closed; // to be freed at the end of the turn
    // state
    size_t awake_count;
    size_t awake_size;
    size_t count;
};

static usec clock_us(clockid_t clock)
{
    struct timespec at = {0};

    clock_gettime(clock, &at);
    return (usec)at.tv_sec * 1000000 + at.tv_nsec / 1000;
}

usec signals_now(void)
{
    return clock_us(CLOCK_MONOTONIC);
}

usec signals_cpu(void)
{
    return clock_us(CLOCK_THREAD_CPUTIME_ID);
}

enum err signals_create(struct signals **made, struct ssl_ctx_st *tls)
{
    struct signals *s = mem_zero(sizeof *s);

    if (!s)
        return ERR_NO_MEMORY;
    s->tls = tls;
    s->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (s->epoll < 0) {
        mem_free(s);
        return ERR_IO;
    }
    *made = s;
    return ERR_OK;
}

static void free_closed(struct signals *s)
{
    while (s->closed) {
        struct page *p = s->closed;

        s->closed = p->next_closed;
        page_free(p);
    }
}

void signals_destroy(struct signals *s)
{
    if (!s)
        return;
    free_closed(s);
    mem_free(s->awake);
    close(s->epoll);
    mem_free(s);
}

struct ssl_ctx_st *signals_tls(const struct signals *s)
{
    return s->tls;
}

size_t signals_count(const struct signals *s)
{
    return s->count;
}

static void set_interest(struct signals *s, struct page *p, int how)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = p};

    p->watched_for_room = tcp_wants_to_write(&p->tcp);
    if (p->watched_for_room)
        event.events |= EPOLLOUT;
    (void)epoll_ctl(s->epoll, how, p->tcp.descriptor, &event);
}

void signals_watch(struct signals *s, struct page *p)
{
    s->count++;
    if (p->tcp.descriptor >= 0)
        set_interest(s, p, EPOLL_CTL_ADD);
    if (p->tcp.stage == TCP_ENDED)
        signals_wake(s, p);
}

void signals_forget(struct signals *s, struct page *p)
{
    s->count--;
    if (p->tcp.descriptor >= 0)
        (void)epoll_ctl(s->epoll, EPOLL_CTL_DEL, p->tcp.descriptor, NULL);
    for (size_t i = 0; i < s->awake_count; i++)
        if (s->awake[i] == p)
            s->awake[i] = NULL;
    p->next_closed = s->closed;
    s->closed = p;
}

void signals_wake(struct signals *s, struct page *p)
{
    if (s->awake_count == s->awake_size) {
        const size_t size = s->awake_size ? 2 * s->awake_size : 64;
        struct page **larger = mem_resize(s->awake, size * sizeof(struct page *));

        if (!larger)
            return; // it is woken by what comes next
        s->awake = larger;
        s->awake_size = size;
    }
    s->awake[s->awake_count++] = p;
}

static void work(struct signals *s, struct page *p)
{
    if (p->closed)
        return;
    page_work(p);
    if (!p->closed && p->tcp.descriptor >= 0 && tcp_wants_to_write(&p->tcp) != p->watched_for_room)
        set_interest(s, p, EPOLL_CTL_MOD);
}

static void work_awake(struct signals *s)
{
    for (size_t i = 0; i < s->awake_count; i++) { // those it wakes come behind it
        struct page *p = s->awake[i];

        s->awake[i] = NULL;
        if (p)
            work(s, p);
    }
    s->awake_count = 0;
}

void signals_turn(struct signals *s, usec until)
{
    struct epoll_event events[EVENTS];
    const usec now = signals_now();
    const usec wait = s->awake_count || until <= now ? 0 : until - now;
    const int count =
        epoll_wait(s->epoll, events, EVENTS, wait > SEC(1) ? 1000 : (int)((wait + 999) / 1000));

    for (int i = 0; i < count; i++)
        work(s, events[i].data.ptr);
    work_awake(s);
    free_closed(s);
}
