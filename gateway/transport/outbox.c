// SPDX-License-Identifier: AGPL-3.0-or-later
// transport/outbox.c - one block of memory for a turn's datagrams.
#include "transport/outbox.h"

#include "base/mem.h"

#include <assert.h>
#include <string.h>

// A datagram's place: it begins on a cache line, and SRTP may write a little past the packet.
#define PLACE_SIZE 1536
#define EASED_AT 256 // some system calls' worth, and what they read is still in the cache
_Static_assert(PLACE_SIZE >= OUTBOX_MTU && PLACE_SIZE % 64 == 0, "places stay aligned");

struct outbox {
    // given
    size_t capacity;
    outbox_drain *drain; // NULL: nobody does
    // borrowed: outlives the outbox
    void *owner;
    // owned
    uint8_t *block;  // as allocated
    uint8_t *places; // the first cache line in it
    struct outgoing *outgoing;
    // state
    size_t count;
};

enum err outbox_create(struct outbox **made, size_t capacity)
{
    struct outbox *outbox = mem_zero_apart(sizeof *outbox);
    if (!outbox)
        return ERR_NO_MEMORY;

    outbox->capacity = capacity;
    outbox->block = mem_zero_array(capacity + 1, PLACE_SIZE);
    outbox->outgoing = mem_zero_apart((capacity + 1) * sizeof *outbox->outgoing);
    if (!outbox->block || !outbox->outgoing) {
        outbox_destroy(outbox);
        return ERR_NO_MEMORY;
    }
    outbox->places = outbox->block + (64 - (uintptr_t)outbox->block % 64) % 64;
    *made = outbox;
    return ERR_OK;
}

void outbox_destroy(struct outbox *outbox)
{
    if (!outbox)
        return;
    mem_free(outbox->outgoing);
    mem_free(outbox->block);
    mem_free(outbox);
}

uint8_t *outbox_room(struct outbox *outbox)
{
    return outbox->count < outbox->capacity ? outbox->places + outbox->count * PLACE_SIZE : NULL;
}

void outbox_commit(struct outbox *outbox, const struct path *path, size_t len)
{
    assert(outbox->count < outbox->capacity && len <= OUTBOX_MTU);
    outbox->outgoing[outbox->count] = (struct outgoing){
        .path = *path,
        .at = outbox->places + outbox->count * PLACE_SIZE,
        .len = (uint16_t)len,
    };
    outbox->count++;
}

void outbox_spare_last(struct outbox *outbox)
{
    assert(outbox->count > 0);
    outbox->outgoing[outbox->count - 1].spare = true;
}

bool outbox_put(struct outbox *outbox, const struct path *path, struct bytes datagram)
{
    uint8_t *room = outbox_room(outbox);

    if (!room || datagram.len > OUTBOX_MTU)
        return false;
    if (datagram.len > 0)
        memcpy(room, datagram.at, datagram.len);
    outbox_commit(outbox, path, datagram.len);
    return true;
}

void outbox_drain_with(struct outbox *outbox, outbox_drain *drain, void *owner)
{
    outbox->drain = drain;
    outbox->owner = owner;
}

void outbox_ease(struct outbox *outbox)
{
    if (outbox->drain && outbox->count >= EASED_AT)
        outbox->drain(outbox->owner, outbox);
}

size_t outbox_count(const struct outbox *outbox)
{
    return outbox->count;
}

const struct outgoing *outbox_at(const struct outbox *outbox, size_t index)
{
    assert(index < outbox->count);
    return &outbox->outgoing[index];
}

void outbox_clear(struct outbox *outbox)
{
    outbox->count = 0;
}
