// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/arrival.c - a join on its way: parked until the store has said who this is.
#include "meetup/arrival.h"

#include "base/mem.h"
#include "meetup/directory.h"
#include "meetup/effects.h"
#include "meetup/registry.h"
#include "meetup/turn.h"

#include <string.h>

struct arrival *arrival_create(struct turn *turn)
{
    struct registry *registry = turn->registry;
    struct arrival *arrival = registry->arrival_count < ARRIVALS ? mem_zero(sizeof *arrival) : NULL;

    if (!arrival)
        return NULL;
    arrival->request = *turn->request;
    turn->request->join.parameters = NULL;
    list_append(&registry->arrivals, &arrival->link);
    registry->arrival_count++;
    return arrival;
}

void arrival_destroy(struct registry *registry, struct arrival *arrival)
{
    if (!arrival)
        return;
    list_remove(&arrival->link);
    registry->arrival_count--;
    request_fini(&arrival->request);
    mem_free(arrival);
}

struct arrival *arrival_find(const struct registry *registry, uint64_t conversation)
{
    LIST_EACH(node, &registry->arrivals) {
        struct arrival *arrival = LIST_ITEM(node, struct arrival, link);

        if (arrival->request.conversation == conversation)
            return arrival;
    }
    return NULL;
}

void arrival_ask(struct turn *turn, struct arrival *arrival)
{
    const struct request *request = &arrival->request;
    struct effect *effect = effects_add(turn->out, EFFECT_ENTER, request->conversation);

    arrival->generation = turn->registry->generation;
    if (!effect)
        return;
    effect->enter.as_doctor = request->join.as_doctor;
    memcpy(effect->enter.meetup, request->join.meetup, sizeof effect->enter.meetup);
    memcpy(effect->enter.invite, request->join.invite, sizeof effect->enter.invite);
    effect->enter.identity = request->identity;
}
