// SPDX-License-Identifier: AGPL-3.0-or-later
// host/ring.h - values from one thread to one other: bounded, without a lock, and nobody waits.
//
// A value is bytes of any length up to a quarter of the ring. What the writer writes stands in cache lines
// that the reader only reads, and the other way round; each value begins a line of its own.
#ifndef GATEWAY_HOST_RING_H
#define GATEWAY_HOST_RING_H

#include "base/bytes.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RING_LINE 64u // bytes of a cache line

struct ring;

// Room for `size` bytes, a power of two of at least 4096; nothing is allocated afterwards.
enum err ring_create(struct ring **made, size_t size) MUST_CHECK;
void ring_destroy(struct ring *r);

// The writer: room for a value of `len` bytes (aligned to 16), or NULL when it does not fit with `spare`
// bytes left over for what matters more. It counts only after ring_commit, of as much or less; asking again
// before that gives the same room.
uint8_t *ring_room(struct ring *r, size_t len, size_t spare);
void ring_commit(struct ring *r, size_t len);

// The writer: what was committed is seen by the reader from now on. False when there is nothing new, and the
// reader needs no wake-up.
bool ring_publish(struct ring *r);

// The reader: learns what was published so far. False when there is nothing to take.
bool ring_look(struct ring *r);

// The reader: the oldest value it knows of and has not taken; false when there is none. The bytes are good, and must not be
// changed, until ring_release, which gives the room of all that was taken back to the writer.
bool ring_take(struct ring *r, struct bytes *value);
void ring_release(struct ring *r);

// For tests: who writes where.
struct ring_memory {
    struct bytes of_writer; // what it keeps, and what it tells
    struct bytes of_reader;
    struct bytes values; // written by the writer only
};
struct ring_memory ring_memory(const struct ring *r);

#endif
