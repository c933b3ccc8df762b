// SPDX-License-Identifier: AGPL-3.0-or-later
// load/loop_thread.h - one thread of a loop: its agents, their sockets and deadlines.
#ifndef TESTS_LOAD_LOOP_THREAD_H
#define TESTS_LOAD_LOOP_THREAD_H

#include "load/loop.h"

#include <stddef.h>

struct loop_thread;

// `core`: -1 is any.
enum err loop_thread_start(struct loop_thread **made, const struct loop_settings *settings,
                           int core) MUST_CHECK;
void loop_thread_stop(struct loop_thread *t);

size_t loop_thread_agents(struct loop_thread *t);
enum err loop_thread_add(struct loop_thread *t, struct agent *agent) MUST_CHECK;
// Of an agent that has a place.
void loop_thread_remove(struct agent *agent);
void loop_thread_enter(struct agent *agent);
void loop_thread_leave(struct agent *agent);

// The thread itself, whichever of its agents.
void loop_thread_hold(struct loop_thread *t);
void loop_thread_let_go(struct loop_thread *t);

// Adds this thread's.
void loop_thread_stats(struct loop_thread *t, struct loop_stats *sum);

#endif
