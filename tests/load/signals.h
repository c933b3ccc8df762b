// SPDX-License-Identifier: AGPL-3.0-or-later
// load/signals.h - drives any number of pages, in one thread.
#ifndef TESTS_LOAD_SIGNALS_H
#define TESTS_LOAD_SIGNALS_H

#include "base/err.h"
#include "base/usec.h"

#include <stddef.h>

struct page;
struct signals;
struct ssl_ctx_st;

// `tls` is borrowed: outlives it.
enum err signals_create(struct signals **made, struct ssl_ctx_st *tls) MUST_CHECK;
void signals_destroy(struct signals *s); // all pages must have been closed

// CLOCK_MONOTONIC, as loop_now.
usec signals_now(void);

// What is due now; waits until `until` at the longest, less when something has happened.
void signals_turn(struct signals *s, usec until);
size_t signals_count(const struct signals *s); // of open pages

// CPU time of the calling thread.
usec signals_cpu(void);

// --- for page.c ---

struct ssl_ctx_st *signals_tls(const struct signals *s);
void signals_watch(struct signals *s, struct page *p);
void signals_forget(struct signals *s, struct page *p);
// It has something to say: it works in the next turn.
void signals_wake(struct signals *s, struct page *p);

#endif
