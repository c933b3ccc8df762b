// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/slot_repair.h - the same packets again, made from what the source's cache still has.
#ifndef GATEWAY_SFU_SLOT_REPAIR_H
#define GATEWAY_SFU_SLOT_REPAIR_H

#include "base/usec.h"

#include <stdbool.h>
#include <stdint.h>

struct bucket;
struct outbox;
struct slot;

// The viewer misses this number: what the source's cache still has is sent again (RFC 4588), within the
// viewer's budget, and not twice within a round trip.
void slot_lost(struct slot *slot, usec now, uint16_t seq, struct outbox *out);

// What a viewer may be sent again: 20 % of the target of its line and a little more, but never more than
// is sent it for the first time. Until told it is a constant.
void resend_budget_set(struct bucket *budget, uint32_t target_bps, uint32_t sending_bps);

// Sends a recent packet again, asked or not, outside the budget: for probes. False: it is not there.
bool slot_repeat(struct slot *slot, usec now, uint16_t seq, struct outbox *out);

// --- for the pacer: packets placed (seq_map_sent) that were not written yet ---

// It can be made again from the cache, so it may wait.
bool slot_can_wait(const struct slot *slot, uint16_t seq);

// Sends it as it would have been sent at once, and counts it. Nothing is sent when the viewer asked for it in
// the meantime and has it. False, only a key frame helps: the cache has lost it.
bool slot_send_held(struct slot *slot, usec now, uint16_t seq, struct outbox *out);

// These numbers, up to and with `last`, will never be sent, asked for or not.
void slot_drop_held(struct slot *slot, uint16_t first, uint16_t last);

#endif
