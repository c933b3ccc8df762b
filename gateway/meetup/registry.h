// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/registry.h - which meetup, conversation, transport and router is which.
#ifndef GATEWAY_MEETUP_REGISTRY_H
#define GATEWAY_MEETUP_REGISTRY_H

#include "base/list.h"
#include "base/table.h"

#include <stdint.h>

struct meetup;
struct member;

struct registry {
    // given
    uint32_t members_most; // in one meetup
    // owned
    struct list meetups;
    struct list arrivals;       // joins that wait for the store
    struct table conversations; // -> struct member
    struct table transports;    // -> struct member
    struct table routers;       // -> struct meetup
    // state
    uint64_t last_id; // of routers and transports
    uint32_t last_member;
    uint32_t arrival_count;
    uint64_t generation; // rises when what the store said before may have become wrong
};

void registry_init(struct registry *registry);
void registry_fini(struct registry *registry); // the lists must be empty

// Numbers that no earlier run of the gateway has given, so that a page that comes back after a
// restart cannot name somebody else's connection. To be called before the first one is given.
void registry_start_ids(struct registry *registry, int64_t wall_ms);
uint64_t registry_next_id(struct registry *registry);

// NULL when there is none.
struct meetup *registry_find_meetup(const struct registry *registry, const char *id);
struct member *registry_find_member(const struct registry *registry, uint64_t conversation);

#endif
