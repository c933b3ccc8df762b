// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/directory.h - all live meetups of this gateway, and which conversation sits in which.
#ifndef GATEWAY_MEETUP_DIRECTORY_H
#define GATEWAY_MEETUP_DIRECTORY_H

#include "base/err.h"
#include "base/usec.h"

#include <stddef.h>
#include <stdint.h>

struct directory;
struct effects;
struct request;

// `members`: most people in one meetup at once, those who wait included.
enum err directory_create(struct directory **made, uint32_t members) MUST_CHECK;
void directory_destroy(struct directory *d);

// Everything that happens goes through here; `wall_ms` is milliseconds since 1970. Takes what the
// request owns (sets the pointers to NULL); the caller frees what is left with request_fini.
// A refusal is a NOTICE_ERROR among the effects.
void directory_receive(struct directory *d, usec now, int64_t wall_ms, struct request *request,
                       struct effects *out);

// Members whose socket is gone for longer than the grace (30 s) give up their media.
void directory_tick(struct directory *d, usec now, int64_t wall_ms, struct effects *out);
usec directory_deadline(const struct directory *d);

// How many wait and how many are in, for the doctor's list. Zeros for a meetup that is not live.
void directory_counts(const struct directory *d, const char *meetup, uint32_t *waiting,
                      uint32_t *present);

void request_fini(struct request *request);

#endif
