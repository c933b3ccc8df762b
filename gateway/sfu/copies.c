// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/copies.c - a list and its bytes, both from the start again once all were taken.
#include "sfu/copies.h"

#include "base/mem.h"

#include <string.h>

#define COPIES 1024
#define BYTES (640u * 1024)

struct copies {
    size_t count;
    size_t taken;
    size_t used; // of the bytes
    uint64_t put, lost;
    struct sfu_copy list[COPIES];
    uint8_t bytes[BYTES];
};

enum err copies_create(struct copies **made)
{
    *made = mem_zero_apart(sizeof **made);
    return *made ? ERR_OK : ERR_NO_MEMORY;
}

void copies_destroy(struct copies *c)
{
    mem_free(c);
}

void copies_put(struct copies *c, const struct sfu_copy *copy)
{
    const size_t len = copy->payload.len;

    if (c->count == COPIES || len > BYTES - c->used) {
        c->lost++;
        return;
    }
    struct sfu_copy *kept = &c->list[c->count++];
    *kept = *copy;
    if (len)
        memcpy(c->bytes + c->used, copy->payload.at, len);
    kept->payload = bytes_of(c->bytes + c->used, len);
    c->used += (len + 7) & ~(size_t)7;
    if (c->used > BYTES)
        c->used = BYTES;
    c->put++;
}

bool copies_take(struct copies *c, struct sfu_copy *copy)
{
    if (c->taken == c->count) {
        c->taken = c->count = c->used = 0;
        return false;
    }
    *copy = c->list[c->taken++];
    return true;
}

uint64_t copies_put_count(const struct copies *c)
{
    return c->put;
}

uint64_t copies_lost_count(const struct copies *c)
{
    return c->lost;
}
