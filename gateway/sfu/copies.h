// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/copies.h - copies on their way to other threads, until the host takes them at the end of a turn.
#ifndef GATEWAY_SFU_COPIES_H
#define GATEWAY_SFU_COPIES_H

#include "base/err.h"
#include "sfu/copy.h"

#include <stdbool.h>
#include <stdint.h>

struct copies;

// All memory is taken here: room for more than one turn receives.
enum err copies_create(struct copies **made) MUST_CHECK;
void copies_destroy(struct copies *c);

// Keeps a copy of the payload too. What finds no room is left out and counted.
void copies_put(struct copies *c, const struct sfu_copy *copy);

// The oldest; false when there is none. Its payload is good until the next put.
bool copies_take(struct copies *c, struct sfu_copy *copy);

// Those that were put, and those that found no room.
uint64_t copies_put_count(const struct copies *c);
uint64_t copies_lost_count(const struct copies *c);

#endif
