// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/compound.h - an RTCP datagram for one member, put together from several packets.
#ifndef GATEWAY_SFU_COMPOUND_H
#define GATEWAY_SFU_COMPOUND_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stddef.h>

struct member;
struct outbox;

struct compound {
    // borrowed: for one call chain, during which nothing else uses the outbox
    struct member *to;
    struct outbox *out;
    // state
    struct writer packet; // empty until compound_reserve made room
    bool is_open;
};

struct compound compound_for(struct member *to, struct outbox *out);

// Makes room for a packet of up to `len` bytes, sending what is there if need be. False: the turn's
// outbox is full.
bool compound_reserve(struct compound *c, size_t len);

// Bytes left in this datagram.
size_t compound_left(const struct compound *c);

// Seals and commits what was written, if anything.
void compound_send(struct compound *c);

#endif
