// SPDX-License-Identifier: AGPL-3.0-or-later
// host/flows.h - which other thread has the transport of a flow that arrives here, all sharing one port.
#ifndef GATEWAY_HOST_FLOWS_H
#define GATEWAY_HOST_FLOWS_H

#include "base/address.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FLOWS_MOST 16384 // the oldest make room; they are found again by their next check

struct flows;

// `seed` is secret, so that nobody chooses addresses that collide.
enum err flows_create(struct flows **made, uint64_t seed) MUST_CHECK;
void flows_destroy(struct flows *f);

// False: nobody said it is theirs.
bool flows_find(const struct flows *f, const struct path *path, unsigned *thread);

// This thread said that it is: its transport proved the path. Without memory it is asked again.
void flows_note(struct flows *f, const struct path *path, unsigned thread);
// Or that it is no more. No-op when another one has it now.
void flows_forget(struct flows *f, const struct path *path, unsigned thread);

size_t flows_count(const struct flows *f);

#endif
