// SPDX-License-Identifier: AGPL-3.0-or-later
// host/placement.h - which media thread has which meetup, and which of its members.
//
// A meetup begins on one thread, its home. Members beyond what a thread is to carry live on others; each
// thread that has some, and the home always, has a *part* of the meetup.
#ifndef GATEWAY_HOST_PLACEMENT_H
#define GATEWAY_HOST_PLACEMENT_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

#define PLACEMENT_THREADS 16

struct placement;

// `budget`: how many members one thread carries before a meetup goes on elsewhere.
enum err placement_create(struct placement **made, unsigned threads, uint32_t budget) MUST_CHECK;
void placement_destroy(struct placement *p);

// A new meetup: its home is the thread with the fewest members. ERR_CONFLICT: it is there already.
enum err placement_open(struct placement *p, uint64_t router, unsigned *home) MUST_CHECK;
// It ends, with all its members. No-op when it is not there.
void placement_close(struct placement *p, uint64_t router);

// The threads with a part of it, bit by bit. 0: it is not there.
uint32_t placement_parts(const struct placement *p, uint64_t router);

// A new member of it, at home while there is room. `first`: of this thread, which has no part yet.
// ERR_NOT_FOUND: there is no such meetup.
enum err placement_join(struct placement *p, uint64_t router, uint64_t transport, unsigned *thread,
                        bool *first) MUST_CHECK;
// It goes. `last`: of this thread, which has a part no more; never of the home. False: it is not there.
bool placement_leave(struct placement *p, uint64_t transport, unsigned *thread, bool *last);

// False: it is not there.
bool placement_find(const struct placement *p, uint64_t transport, unsigned *thread);

uint32_t placement_members(const struct placement *p, unsigned thread);

#endif
