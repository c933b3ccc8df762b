// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/later.c - a small ring of copies.
#include "sfu/later.h"

#include "base/mem.h"

#include <string.h>

#define LARGEST 1500

struct kept {
    struct path path;
    size_t len;
    _Alignas(8) uint8_t bytes[LARGEST];
};

struct later {
    size_t head;
    size_t count;
    struct kept ring[LATER_MAX];
};

enum err later_create(struct later **made)
{
    *made = mem_zero(sizeof **made);
    return *made ? ERR_OK : ERR_NO_MEMORY;
}

void later_destroy(struct later *later)
{
    mem_free(later);
}

bool later_is_empty(const struct later *later)
{
    return later->count == 0;
}

bool later_put(struct later *later, const struct datagram *in)
{
    struct kept *kept = &later->ring[(later->head + later->count) % LATER_MAX];

    if (later->count == LATER_MAX || in->len > LARGEST)
        return false;
    kept->path = in->path;
    kept->len = in->len;
    memcpy(kept->bytes, in->at, in->len);
    later->count++;
    return true;
}

bool later_take(struct later *later, struct datagram *in)
{
    struct kept *kept = &later->ring[later->head];

    if (later->count == 0)
        return false;
    *in = (struct datagram){.path = kept->path, .at = kept->bytes, .len = kept->len};
    later->head = (later->head + 1) % LATER_MAX;
    later->count--;
    return true;
}
