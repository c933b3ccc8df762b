// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/replay.h - a fast start: the newest key frame and what followed, from the source's cache.
#ifndef GATEWAY_SFU_REPLAY_H
#define GATEWAY_SFU_REPLAY_H

#include "base/usec.h"

#include <stdbool.h>
#include <stdint.h>

struct outbox;
struct packet;
struct slot;

// Is there a key frame of this layer young enough that a slot which shows nothing yet can begin with it,
// instead of asking for another? Not when the slot sent something of others since.
bool replay_is_possible(const struct slot *slot, uint8_t layer, usec now);

// Sends all from the key frame up to, without, the packet `before`. The pictures follow each other
// by a millisecond, so that the receiver ends up in the present. Does nothing when something is
// missing.
void replay_run(struct slot *slot, usec now, const struct packet *before, struct outbox *out);

#endif
