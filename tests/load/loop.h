// SPDX-License-Identifier: AGPL-3.0-or-later
// load/loop.h - threads that drive agents: a UDP socket for each, epoll, UDP_GRO.
#ifndef TESTS_LOAD_LOOP_H
#define TESTS_LOAD_LOOP_H

#include "base/address.h"
#include "base/err.h"
#include "base/usec.h"

#include <stdbool.h>
#include <stdint.h>

struct agent;
struct loop;

struct loop_settings {
    unsigned threads;     // 0: one
    const int *cores;     // borrowed for the call: thread i stays on cores[i]; NULL: anywhere
    struct address local; // IP its sockets are bound to; all zero: any
    uint16_t first_port;  // of a row of ports, one per agent; 0: any free ones
    int receive_buffer;   // bytes per socket; 0: 1 MiB (the kernel counts about 2.5 kB per packet)
};

// Starts the threads, and raises the bound on open files as far as it may.
enum err loop_start(struct loop **made, const struct loop_settings *settings) MUST_CHECK;
// Agents still in it are let go without goodbye; they are their owners' again. NULL is legal.
void loop_stop(struct loop *loop);

// CLOCK_MONOTONIC, as all times of agents and stamps.
usec loop_now(void);

// Opens a socket towards agent_remote and starts the agent. Called from any thread. ERR_IO, ERR_LIMIT: no
// socket or no file was to be had; the agent is still the caller's.
enum err loop_add(struct loop *loop, struct agent *agent) MUST_CHECK;
// Says goodbye, closes the socket; the agent is the caller's again. One that is in no loop is left alone.
void loop_remove(struct loop *loop, struct agent *agent);

// Between the two this thread alone has the agent (and all others of its thread): for agent_stats,
// agent_need_layers and so on. Short: media waits meanwhile. Not nested. An agent that is in no loop may be
// entered, too.
void loop_enter(struct loop *loop, struct agent *agent);
void loop_leave(struct loop *loop, struct agent *agent);

// The same for all agents of all threads at once, which is much less waiting than one by one: between the two only
// functions of agents are to be called, none of the loop.
void loop_enter_all(struct loop *loop);
void loop_leave_all(struct loop *loop);

struct loop_stats {
    unsigned threads;
    usec at;           // loop_now
    usec cpu;          // of all its threads, so far
    usec cpu_most;     // of the busiest thread, so far
    uint64_t received; // datagrams
    uint64_t receive_calls;
    uint64_t sent;
    uint64_t socket_drops; // what the kernel dropped because a socket of ours was full
    uint64_t send_drops;   // what it did not take from us
};

// Sums over everything so far, removed agents included: how busy it was is the difference of cpu_most over that of at.
void loop_stats(struct loop *loop, struct loop_stats *stats);

#endif
