// SPDX-License-Identifier: AGPL-3.0-or-later
// base/deadlines.c - a binary heap whose members know where they stand.
#include "base/deadlines.h"

#include "base/mem.h"

#define FIRST_CAPACITY 16

void deadlines_fini(struct deadlines *d)
{
    mem_free(d->heap);
    *d = (struct deadlines){0};
}

static void put(struct deadlines *d, size_t place, struct deadlines_entry entry)
{
    d->heap[place - 1] = entry;
    entry.one->place = place;
}

static void rise(struct deadlines *d, size_t place, struct deadlines_entry entry)
{
    for (; place > 1 && d->heap[place / 2 - 1].at > entry.at; place /= 2)
        put(d, place, d->heap[place / 2 - 1]);
    put(d, place, entry);
}

static void sink(struct deadlines *d, size_t place, struct deadlines_entry entry)
{
    while (2 * place <= d->count) {
        size_t child = 2 * place;
        if (child < d->count && d->heap[child].at < d->heap[child - 1].at)
            child++;
        if (d->heap[child - 1].at >= entry.at)
            break;
        put(d, place, d->heap[child - 1]);
        place = child;
    }
    put(d, place, entry);
}

static void settle(struct deadlines *d, size_t place, struct deadlines_entry entry)
{
    if (place > 1 && d->heap[place / 2 - 1].at > entry.at)
        rise(d, place, entry);
    else
        sink(d, place, entry);
}

enum err deadlines_add(struct deadlines *d, struct deadline *one, usec at)
{
    if (d->count == d->capacity) {
        const size_t capacity = d->capacity ? 2 * d->capacity : FIRST_CAPACITY;
        struct deadlines_entry *heap = mem_resize(d->heap, capacity * sizeof *heap);
        if (!heap)
            return ERR_NO_MEMORY;
        d->heap = heap;
        d->capacity = capacity;
    }
    d->count++;
    rise(d, d->count, (struct deadlines_entry){.at = at, .one = one});
    return ERR_OK;
}

void deadlines_set(struct deadlines *d, struct deadline *one, usec at)
{
    if (one->place && at != d->heap[one->place - 1].at)
        settle(d, one->place, (struct deadlines_entry){.at = at, .one = one});
}

void deadlines_sooner(struct deadlines *d, struct deadline *one, usec at)
{
    if (one->place && at < d->heap[one->place - 1].at)
        rise(d, one->place, (struct deadlines_entry){.at = at, .one = one});
}

void deadlines_remove(struct deadlines *d, struct deadline *one)
{
    if (!one->place)
        return;
    const struct deadlines_entry last = d->heap[--d->count];
    if (last.one != one)
        settle(d, one->place, last);
    one->place = 0;
}

struct deadline *deadlines_first(const struct deadlines *d)
{
    return d->count ? d->heap[0].one : NULL;
}

usec deadlines_next(const struct deadlines *d)
{
    return d->count ? d->heap[0].at : USEC_NEVER;
}
