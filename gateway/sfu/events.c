// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/events.c - a ring that is emptied every turn.
#include "sfu/events.h"

#include "base/mem.h"

#define FIRST_SIZE 64
#define LARGEST_SIZE 16384

enum err events_init(struct events *events)
{
    *events = (struct events){.ring = mem_zero_array(FIRST_SIZE, sizeof *events->ring),
                              .size = FIRST_SIZE};
    return events->ring ? ERR_OK : ERR_NO_MEMORY;
}

void events_fini(struct events *events)
{
    mem_free(events->ring);
    *events = (struct events){0};
}

static bool grow(struct events *events)
{
    if (events->size >= LARGEST_SIZE)
        return false;
    struct sfu_event *larger = mem_zero_array(events->size * 2, sizeof *larger);
    if (!larger)
        return false;
    for (size_t i = 0; i < events->count; i++)
        larger[i] = events->ring[(events->head + i) & (events->size - 1)];
    mem_free(events->ring);
    events->ring = larger;
    events->size *= 2;
    events->head = 0;
    return true;
}

bool events_have_room(struct events *events)
{
    return events->count < events->size || grow(events);
}

bool events_put(struct events *events, const struct sfu_event *event)
{
    if (!events_have_room(events))
        return false;
    events->ring[(events->head + events->count) & (events->size - 1)] = *event;
    events->count++;
    return true;
}

bool events_take(struct events *events, struct sfu_event *event)
{
    if (events->count == 0)
        return false;
    *event = events->ring[events->head];
    events->head = (events->head + 1) & (events->size - 1);
    events->count--;
    return true;
}
