// SPDX-License-Identifier: AGPL-3.0-or-later
// host/store_thread.h - the thread that owns the database, and the small pool that hashes passwords.
#ifndef GATEWAY_HOST_STORE_THREAD_H
#define GATEWAY_HOST_STORE_THREAD_H

#include "base/err.h"
#include "store/query.h"
#include "store/result.h"

#include <stdbool.h>
#include <stddef.h>

struct store;
struct store_thread;

// Takes the store over, in success and in failure.
enum err store_thread_create(struct store_thread **made, struct store *store) MUST_CHECK;
enum err store_thread_start(struct store_thread *s) MUST_CHECK;

// Only from the one thread that also takes results. Queries run in order; password jobs run beside
// them, two at a time. Takes the query over; false when too much is under way: it is then still
// the caller's.
bool store_thread_ask(struct store_thread *s, struct query *query) MUST_CHECK;

// The next result, to be freed with result_fini and mem_free; NULL when there is none.
struct result *store_thread_take(struct store_thread *s);

// For the loop of whoever takes results.
int store_thread_descriptor(const struct store_thread *s);
void store_thread_hear(struct store_thread *s);

// Runs what was asked, then ends the threads; no-op when they do not run.
void store_thread_stop(struct store_thread *s);
void store_thread_destroy(struct store_thread *s);

#endif
