// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/arrival.h - a join on its way: parked until the store has said who this is.
#ifndef GATEWAY_MEETUP_ARRIVAL_H
#define GATEWAY_MEETUP_ARRIVAL_H

#include "base/list.h"
#include "meetup/request.h"

#include <stdint.h>

#define ARRIVALS 1024 // at once

struct registry;
struct turn;

struct arrival {
    struct list link; // in registry.arrivals
    // owned: the join with its parameters
    struct request request;
    // state
    uint64_t generation; // of the registry when the store was asked
};

// Takes over what the turn's request owns. NULL when there are too many or memory is short.
struct arrival *arrival_create(struct turn *turn);
void arrival_destroy(struct registry *registry, struct arrival *arrival);

struct arrival *arrival_find(const struct registry *registry, uint64_t conversation);

// Asks the store, now or again.
void arrival_ask(struct turn *turn, struct arrival *arrival);

#endif
