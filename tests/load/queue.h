// SPDX-License-Identifier: AGPL-3.0-or-later
// load/queue.h - bytes that wait: put in at the end, taken from the front.
#ifndef TESTS_LOAD_QUEUE_H
#define TESTS_LOAD_QUEUE_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Zero-initialised is empty. Holds no memory while it is.
struct queue {
    // owned
    uint8_t *at;
    // state
    size_t start;
    size_t len;
    size_t size;
};

void queue_fini(struct queue *q);

// False for lack of memory.
bool queue_put(struct queue *q, struct bytes bytes);

// Room for `len` more bytes behind its end, to be written directly, then told with queue_grew. NULL for lack
// of memory.
uint8_t *queue_room(struct queue *q, size_t len);
void queue_grew(struct queue *q, size_t len);

// What is in it; valid until it is changed.
struct bytes queue_bytes(const struct queue *q);
void queue_drop(struct queue *q, size_t len);

#endif
