// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/directory.c - all live meetups of this gateway, and which conversation sits in which.
#include "meetup/directory.h"

#include "base/mem.h"
#include "meetup/arrival.h"
#include "meetup/dispatch.h"
#include "meetup/effects.h"
#include "meetup/meetup.h"
#include "meetup/member.h"
#include "meetup/registry.h"
#include "meetup/turn.h"

struct directory {
    struct registry registry;
};

enum err directory_create(struct directory **made, uint32_t members)
{
    struct directory *d = mem_zero(sizeof *d);

    if (!d)
        return ERR_NO_MEMORY;
    registry_init(&d->registry);
    d->registry.members_most = members;
    *made = d;
    return ERR_OK;
}

void directory_destroy(struct directory *d)
{
    struct effects unheard = {0};
    struct turn turn;

    if (!d)
        return;
    turn = (struct turn){.registry = &d->registry, .out = &unheard};
    LIST_EACH(node, &d->registry.meetups)
        meetup_destroy(&turn, LIST_ITEM(node, struct meetup, link));
    LIST_EACH(arrival, &d->registry.arrivals)
        arrival_destroy(&d->registry, LIST_ITEM(arrival, struct arrival, link));
    effects_fini(&unheard);
    registry_fini(&d->registry);
    mem_free(d);
}

void directory_receive(struct directory *d, usec now, int64_t wall_ms, struct request *request,
                       struct effects *out)
{
    struct turn turn = {
        .registry = &d->registry, .request = request, .out = out, .now = now, .wall_ms = wall_ms};

    registry_start_ids(&d->registry, wall_ms);
    dispatch(&turn);
}

void directory_tick(struct directory *d, usec now, int64_t wall_ms, struct effects *out)
{
    struct turn turn = {.registry = &d->registry, .out = out, .now = now, .wall_ms = wall_ms};

    LIST_EACH(node, &d->registry.meetups)
        meetup_tick(&turn, LIST_ITEM(node, struct meetup, link));
}

usec directory_deadline(const struct directory *d)
{
    usec soonest = USEC_NEVER;

    LIST_EACH(node, &d->registry.meetups)
        soonest = usec_min(soonest, meetup_deadline(LIST_ITEM(node, struct meetup, link)));
    return soonest;
}

void directory_counts(const struct directory *d, const char *meetup, uint32_t *waiting,
                      uint32_t *present)
{
    const struct meetup *found = registry_find_meetup(&d->registry, meetup);

    *waiting = *present = 0;
    if (!found)
        return;
    LIST_EACH(node, &found->members) {
        if (LIST_ITEM(node, struct member, link)->stage == STAGE_IN)
            (*present)++;
        else
            (*waiting)++;
    }
}

void request_fini(struct request *request)
{
    struct transport_parameters **owned = NULL;

    if (request->kind == REQUEST_JOIN)
        owned = &request->join.parameters;
    else if (request->kind == REQUEST_OFFER)
        owned = &request->offer.parameters;
    if (!owned)
        return;
    mem_free(*owned);
    *owned = NULL;
}
