// SPDX-License-Identifier: AGPL-3.0-or-later
// transport/outbox.h - datagrams to be sent at the end of this turn, laid out one after another.
#ifndef GATEWAY_TRANSPORT_OUTBOX_H
#define GATEWAY_TRANSPORT_OUTBOX_H

#include "base/address.h"
#include "base/bytes.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OUTBOX_MTU 1472 // largest datagram we ever send

struct outgoing {
    struct path path; // leaves from path.local to path.remote
    uint8_t *at;      // owned by the outbox
    uint16_t len;
    bool spare; // of a picture: dropped first when the way out is full
};

// Memory for `capacity` datagrams, allocated once. Datagrams of one turn stand in sending order;
// the host merges consecutive ones with equal path and size into one send (UDP GSO).
struct outbox;

enum err outbox_create(struct outbox **made, size_t capacity) MUST_CHECK;
void outbox_destroy(struct outbox *outbox);

// Room for one datagram of up to OUTBOX_MTU bytes, or NULL when the turn's budget is used up.
// The room counts only after outbox_commit; asking again before that gives the same room.
uint8_t *outbox_room(struct outbox *outbox);
void outbox_commit(struct outbox *outbox, const struct path *path, size_t len);

// What was committed last is of a picture.
void outbox_spare_last(struct outbox *outbox);

// Copies a whole datagram; false when full.
bool outbox_put(struct outbox *outbox, const struct path *path, struct bytes datagram);

// Sends all of them and clears the outbox.
typedef void outbox_drain(void *owner, struct outbox *outbox);

// From now on somebody empties it in the middle of a turn, so that a turn may bring more than fits, and the
// first viewers need not wait for the last.
void outbox_drain_with(struct outbox *outbox, outbox_drain *drain, void *owner);

// Has it drained when much waits. To be called between two viewers: what outbox_room and outbox_at gave before is
// then of no use.
void outbox_ease(struct outbox *outbox);

size_t outbox_count(const struct outbox *outbox);
const struct outgoing *outbox_at(const struct outbox *outbox, size_t index);
void outbox_clear(struct outbox *outbox);

#endif
