// SPDX-License-Identifier: AGPL-3.0-or-later
// host/meetup_loop.h - the libev loop of the meetup thread: who wakes it, and for what.
#ifndef GATEWAY_HOST_MEETUP_LOOP_H
#define GATEWAY_HOST_MEETUP_LOOP_H

#include "base/err.h"

struct ev_loop;
struct meetup_loop;
struct meetup_thread;
struct stalls;

// Watches the mailboxes of events and results and the domain's deadlines; nothing runs yet.
enum err meetup_loop_create(struct meetup_loop **made, struct meetup_thread *owner) MUST_CHECK;
void meetup_loop_destroy(struct meetup_loop *l);

// The loop that the web server lives on.
struct ev_loop *meetup_loop_base(struct meetup_loop *l);

// Runs until meetup_loop_end was called and the WebSockets are closed.
void meetup_loop_run(struct meetup_loop *l);

// How long its turns took. Only from its thread.
const struct stalls *meetup_loop_stalls(const struct meetup_loop *l);

// From any thread.
void meetup_loop_end(struct meetup_loop *l);

#endif
