// SPDX-License-Identifier: AGPL-3.0-or-later
// load/floor/loop.c - waits for sockets, for a moment, and for being told to end.
#include "load/floor/loop.h"

#include <errno.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define TOLD UINT32_MAX
#define DUE (UINT32_MAX - 1)

bool loop_open(struct loop *loop)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    *loop = (struct loop){.epoll = epoll_create1(EPOLL_CLOEXEC)};
    if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
        return false;
    loop->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    loop->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    return loop->epoll >= 0 && loop_watch(loop, loop->signals, TOLD) &&
           loop_watch(loop, loop->timer, DUE);
}

void loop_close(struct loop *loop)
{
    close(loop->epoll);
    close(loop->signals);
    close(loop->timer);
}

bool loop_watch(struct loop *loop, int descriptor, uint32_t which)
{
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = which};

    return epoll_ctl(loop->epoll, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

void loop_wake_at(struct loop *loop, uint64_t at_ns)
{
    const struct itimerspec when = {.it_value = {.tv_sec = (time_t)(at_ns / 1000000000u),
                                                 .tv_nsec = (long)(at_ns % 1000000000u)}};

    timerfd_settime(loop->timer, TFD_TIMER_ABSTIME, &when, NULL);
}

bool loop_wait(struct loop *loop)
{
    struct epoll_event events[LOOP_MOST];
    const int count = epoll_wait(loop->epoll, events, LOOP_MOST, -1);
    uint64_t times;

    loop->count = 0;
    for (int i = 0; i < count; i++) {
        const uint32_t which = events[i].data.u32;

        if (which == TOLD)
            loop->told = true;
        else if (which != DUE)
            loop->ready[loop->count++] = which;
        else if (read(loop->timer, &times, sizeof times) < 0 && errno != EAGAIN)
            return false;
    }
    return !loop->told && (count >= 0 || errno == EINTR);
}
