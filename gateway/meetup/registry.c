// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/registry.c - which meetup, conversation, transport and router is which.
#include "meetup/registry.h"

#include "meetup/meetup.h"

#include <string.h>

// Ids stay below 2^53, which a page's numbers can hold, until the year 2248.
#define IDS_PER_MS 1024

void registry_init(struct registry *registry)
{
    *registry = (struct registry){0};
    list_init(&registry->meetups);
    list_init(&registry->arrivals);
}

void registry_fini(struct registry *registry)
{
    table_fini(&registry->conversations);
    table_fini(&registry->transports);
    table_fini(&registry->routers);
}

void registry_start_ids(struct registry *registry, int64_t wall_ms)
{
    if (registry->last_id == 0 && wall_ms > 0)
        registry->last_id = (uint64_t)wall_ms * IDS_PER_MS;
}

uint64_t registry_next_id(struct registry *registry)
{
    return ++registry->last_id;
}

struct meetup *registry_find_meetup(const struct registry *registry, const char *id)
{
    LIST_EACH(node, &registry->meetups) {
        struct meetup *meetup = LIST_ITEM(node, struct meetup, link);

        if (strcmp(meetup->record.id, id) == 0)
            return meetup;
    }
    return NULL;
}

struct member *registry_find_member(const struct registry *registry, uint64_t conversation)
{
    return conversation ? table_find(&registry->conversations, conversation) : NULL;
}
