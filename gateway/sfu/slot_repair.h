// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/slot_repair.h - the same packets again, made from what the source's cache still has.
#ifndef GATEWAY_SFU_SLOT_REPAIR_H
#define GATEWAY_SFU_SLOT_REPAIR_H

#include "base/usec.h"

#include <stdint.h>

struct outbox;
struct slot;

// The viewer misses this number: what the source's cache still has is sent again (RFC 4588).
void slot_lost(struct slot *slot, usec now, uint16_t seq, struct outbox *out);

#endif
