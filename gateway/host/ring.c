// SPDX-License-Identifier: AGPL-3.0-or-later
// host/ring.c - values from one thread to one other: bounded, without a lock, and nobody waits.
//
// Positions count bytes ever written and only grow. The writer tells `told`, the reader `released`; each looks
// at the other's as rarely as it can: the reader when it has taken all it knew of, the writer when it knew of
// no room.
#include "host/ring.h"

#include "base/mem.h"

#include <assert.h>
#include <stdatomic.h>

#define LEAST_SIZE 4096u
#define HEAD 16u               // before each value: its length
#define SKIP UINT32_MAX        // instead of a length: the next value stands at the start again
#define APART (2u * RING_LINE) // processors fetch lines in pairs

struct ring {
    // given, written by nobody any more
    size_t size;
    uint8_t *values;
    void *block; // owned: the memory of both
    // state of the writer
    _Alignas(APART) uint64_t written; // committed
    uint64_t room_at;                 // where the room that was asked for begins
    uint64_t seen_released;
    // told to the reader
    _Alignas(APART) _Atomic uint64_t told;
    // state of the reader
    _Alignas(APART) uint64_t taken;
    uint64_t seen_told;
    // told to the writer
    _Alignas(APART) _Atomic uint64_t released;
    _Alignas(APART) uint8_t end[1];
};

_Static_assert(offsetof(struct ring, written) % APART == 0 &&
                   offsetof(struct ring, told) - offsetof(struct ring, written) >= APART &&
                   offsetof(struct ring, taken) - offsetof(struct ring, told) >= APART &&
                   offsetof(struct ring, released) - offsetof(struct ring, taken) >= APART,
               "no line is written by both");

static size_t round_up(size_t len)
{
    return (len + RING_LINE - 1) & ~(size_t)(RING_LINE - 1);
}

enum err ring_create(struct ring **made, size_t size)
{
    assert(size >= LEAST_SIZE && (size & (size - 1)) == 0);
    uint8_t *block = mem_zero(sizeof(struct ring) + size + 2 * APART);
    if (!block)
        return ERR_NO_MEMORY;

    uint8_t *aligned = block + (APART - (uintptr_t)block % APART) % APART;
    struct ring *r = (void *)aligned;
    r->size = size;
    r->values = aligned + sizeof *r;
    r->block = block;
    *made = r;
    return ERR_OK;
}

void ring_destroy(struct ring *r)
{
    if (r)
        mem_free(r->block);
}

static bool fits(struct ring *r, uint64_t end)
{
    if (end - r->seen_released <= r->size)
        return true;
    r->seen_released = atomic_load_explicit(&r->released, memory_order_acquire);
    return end - r->seen_released <= r->size;
}

uint8_t *ring_room(struct ring *r, size_t len, size_t spare)
{
    const size_t whole = round_up(HEAD + len);
    const size_t offset = r->written & (r->size - 1);
    const uint64_t at = whole > r->size - offset ? r->written + r->size - offset : r->written;

    if (whole > r->size / 4 || spare > r->size || !fits(r, at + whole + spare))
        return NULL;
    r->room_at = at;
    return r->values + (at & (r->size - 1)) + HEAD;
}

static void write_head(struct ring *r, uint64_t at, uint32_t len)
{
    *(uint32_t *)(void *)(r->values + (at & (r->size - 1))) = len;
}

void ring_commit(struct ring *r, size_t len)
{
    if (r->room_at != r->written)
        write_head(r, r->written, SKIP);
    write_head(r, r->room_at, (uint32_t)len);
    r->written = r->room_at + round_up(HEAD + len);
    r->room_at = r->written;
}

bool ring_publish(struct ring *r)
{
    if (atomic_load_explicit(&r->told, memory_order_relaxed) == r->written)
        return false;
    atomic_store_explicit(&r->told, r->written, memory_order_release);
    return true;
}

bool ring_look(struct ring *r)
{
    r->seen_told = atomic_load_explicit(&r->told, memory_order_acquire);
    return r->taken != r->seen_told;
}

bool ring_take(struct ring *r, struct bytes *value)
{
    if (r->taken == r->seen_told)
        return false;
    const uint8_t *at = r->values + (r->taken & (r->size - 1));
    uint32_t len = *(const uint32_t *)(const void *)at;
    if (len == SKIP) { // a value always follows: both were told at once
        r->taken += r->size - (r->taken & (r->size - 1));
        at = r->values;
        len = *(const uint32_t *)(const void *)at;
    }
    *value = bytes_of(at + HEAD, len);
    r->taken += round_up(HEAD + len);
    return true;
}

void ring_release(struct ring *r)
{
    if (atomic_load_explicit(&r->released, memory_order_relaxed) != r->taken)
        atomic_store_explicit(&r->released, r->taken, memory_order_release);
}

struct ring_memory ring_memory(const struct ring *r)
{
    const uint8_t *self = (const uint8_t *)r;

    return (struct ring_memory){
        .of_writer = bytes_of(self + offsetof(struct ring, written),
                              offsetof(struct ring, taken) - offsetof(struct ring, written)),
        .of_reader = bytes_of(self + offsetof(struct ring, taken),
                              offsetof(struct ring, end) - offsetof(struct ring, taken)),
        .values = bytes_of(r->values, r->size)};
}
