// SPDX-License-Identifier: AGPL-3.0-or-later
// load/queue.c - bytes that wait: put in at the end, taken from the front.
#include "load/queue.h"

#include "base/mem.h"

#include <string.h>

#define LEAST 1024

void queue_fini(struct queue *q)
{
    mem_free(q->at);
    *q = (struct queue){0};
}

uint8_t *queue_room(struct queue *q, size_t len)
{
    size_t size = q->size ? q->size : LEAST;
    uint8_t *larger;

    if (q->start && q->start + q->len + len > q->size) {
        memmove(q->at, q->at + q->start, q->len);
        q->start = 0;
    }
    if (q->at && q->start + q->len + len <= q->size)
        return q->at + q->start + q->len;
    while (size < q->len + len)
        size *= 2;
    larger = mem_resize(q->at, size);
    if (!larger)
        return NULL;
    q->at = larger;
    q->size = size;
    return q->at + q->start + q->len;
}

void queue_grew(struct queue *q, size_t len)
{
    q->len += len;
}

bool queue_put(struct queue *q, struct bytes bytes)
{
    uint8_t *room = bytes.len ? queue_room(q, bytes.len) : q->at;

    if (!bytes.len)
        return true;
    if (!room)
        return false;
    memcpy(room, bytes.at, bytes.len);
    q->len += bytes.len;
    return true;
}

struct bytes queue_bytes(const struct queue *q)
{
    return bytes_of(q->at ? q->at + q->start : NULL, q->len);
}

void queue_drop(struct queue *q, size_t len)
{
    q->start += len;
    q->len -= len;
    if (!q->len)
        queue_fini(q);
}
