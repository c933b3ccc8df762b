// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/later.h - datagrams whose work is too heavy for this turn, kept in order for the next ones.
#ifndef GATEWAY_SFU_LATER_H
#define GATEWAY_SFU_LATER_H

#include "base/err.h"
#include "transport/transport.h"

#include <stdbool.h>

#define LATER_MAX 64 // more are dropped; handshakes send again what got lost

struct later;

enum err later_create(struct later **made) MUST_CHECK;
void later_destroy(struct later *later);

bool later_is_empty(const struct later *later);

// Keeps a copy; false when it is full or the datagram is larger than any of a handshake.
bool later_put(struct later *later, const struct datagram *in);

// The oldest; its bytes are valid until the next put. False when there is none.
bool later_take(struct later *later, struct datagram *in);

#endif
