// SPDX-License-Identifier: AGPL-3.0-or-later
// support/flight.c - datagrams on their way, the one that is due first at hand.
#include "support/flight.h"

#include "base/mem.h"

#include <string.h>

#define ROOM_AT_FIRST 256

void flight_fini(struct flight *flight)
{
    for (size_t i = 0; i < flight->count; i++)
        mem_free(flight->heap[i]);
    mem_free(flight->heap);
    *flight = (struct flight){0};
}

static bool is_before(const struct flown *a, const struct flown *b)
{
    return a->due != b->due ? a->due < b->due : a->order < b->order;
}

static bool make_room(struct flight *flight)
{
    const size_t room = flight->room ? 2 * flight->room : ROOM_AT_FIRST;
    struct flown **heap;

    if (flight->count < flight->room)
        return true;
    heap = mem_resize(flight->heap, room * sizeof(struct flown *));
    if (!heap)
        return false;
    flight->heap = heap;
    flight->room = room;
    return true;
}

static void rise(struct flight *flight, size_t at)
{
    struct flown **const heap = flight->heap;

    while (at > 0 && is_before(heap[at], heap[(at - 1) / 2])) {
        struct flown *const parent = heap[(at - 1) / 2];

        heap[(at - 1) / 2] = heap[at];
        heap[at] = parent;
        at = (at - 1) / 2;
    }
}

static void sink(struct flight *flight)
{
    struct flown **const heap = flight->heap;
    size_t at = 0;

    for (;;) {
        size_t least = at;
        struct flown *const here = heap[at];

        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < flight->count; child++)
            if (is_before(heap[child], heap[least]))
                least = child;
        if (least == at)
            return;
        heap[at] = heap[least];
        heap[least] = here;
        at = least;
    }
}

bool flight_put(struct flight *flight, usec due, uint32_t where, const void *bytes, size_t len)
{
    struct flown *flown;

    if (len > FLIGHT_DATAGRAM || !make_room(flight))
        return false;
    flown = mem_zero(sizeof *flown);
    if (!flown)
        return false;
    flown->due = due;
    flown->order = flight->orders++;
    flown->where = where;
    flown->len = len;
    memcpy(flown->bytes, bytes, len);
    flight->heap[flight->count++] = flown;
    rise(flight, flight->count - 1);
    return true;
}

usec flight_next(const struct flight *flight)
{
    return flight->count ? flight->heap[0]->due : USEC_NEVER;
}

struct flown *flight_take(struct flight *flight, usec now)
{
    struct flown *first;

    if (flight_next(flight) > now)
        return NULL;
    first = flight->heap[0];
    flight->heap[0] = flight->heap[--flight->count];
    if (flight->count)
        sink(flight);
    return first;
}
