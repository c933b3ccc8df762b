// SPDX-License-Identifier: AGPL-3.0-or-later
// load/loop.c - the door to the threads: who is driven where.
#include "load/loop.h"

#include "base/mem.h"
#include "load/agent.h"
#include "load/loop_thread.h"

#include <sys/resource.h>
#include <time.h>

#define FILES 1048576

struct loop {
    // given
    unsigned count;
    // owned
    struct loop_thread **threads;
};

usec loop_now(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return SEC(now.tv_sec) + now.tv_nsec / 1000;
}

static void raise_files(void)
{
    struct rlimit limit = {.rlim_cur = FILES, .rlim_max = FILES};

    if (setrlimit(RLIMIT_NOFILE, &limit) == 0 || getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

enum err loop_start(struct loop **made, const struct loop_settings *settings)
{
    struct loop *loop = mem_zero(sizeof *loop);
    if (!loop)
        return ERR_NO_MEMORY;

    raise_files();
    loop->count = settings->threads ? settings->threads : 1;
    loop->threads = mem_zero_array(loop->count, sizeof *loop->threads);
    enum err err = loop->threads ? ERR_OK : ERR_NO_MEMORY;
    for (unsigned i = 0; i < loop->count && err == ERR_OK; i++)
        err = loop_thread_start(&loop->threads[i], settings,
                                settings->cores ? settings->cores[i] : -1);
    if (err != ERR_OK) {
        loop_stop(loop);
        return err;
    }
    *made = loop;
    return ERR_OK;
}

void loop_stop(struct loop *loop)
{
    if (!loop)
        return;
    for (unsigned i = 0; loop->threads && i < loop->count; i++)
        loop_thread_stop(loop->threads[i]);
    mem_free(loop->threads);
    mem_free(loop);
}

enum err loop_add(struct loop *loop, struct agent *agent)
{
    struct loop_thread *least = loop->threads[0];

    for (unsigned i = 1; i < loop->count; i++)
        if (loop_thread_agents(loop->threads[i]) < loop_thread_agents(least))
            least = loop->threads[i];
    return loop_thread_add(least, agent);
}

void loop_remove(struct loop *loop, struct agent *agent)
{
    (void)loop;
    if (agent_place(agent))
        loop_thread_remove(agent);
}

void loop_enter(struct loop *loop, struct agent *agent)
{
    (void)loop;
    if (agent_place(agent))
        loop_thread_enter(agent);
}

void loop_leave(struct loop *loop, struct agent *agent)
{
    (void)loop;
    if (agent_place(agent))
        loop_thread_leave(agent);
}

void loop_enter_all(struct loop *loop)
{
    for (unsigned i = 0; i < loop->count; i++)
        loop_thread_hold(loop->threads[i]);
}

void loop_leave_all(struct loop *loop)
{
    for (unsigned i = 0; i < loop->count; i++)
        loop_thread_let_go(loop->threads[i]);
}

void loop_stats(struct loop *loop, struct loop_stats *stats)
{
    *stats = (struct loop_stats){.threads = loop->count, .at = loop_now()};
    for (unsigned i = 0; i < loop->count; i++)
        loop_thread_stats(loop->threads[i], stats);
}
