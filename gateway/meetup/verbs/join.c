// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/verbs/join.c - a page asks to enter; the store is asked who that is.
#include "meetup/arrival.h"
#include "meetup/registry.h"
#include "meetup/verbs/verb.h"

static enum refusal join(struct turn *turn, struct member *by)
{
    const struct request *request = turn->request;
    const char *known_by =
        request->join.as_doctor ? request->identity.doctor : request->identity.device;
    struct arrival *arrival;
    (void)by;

    if (known_by[0] == '\0')
        return request->join.as_doctor ? REFUSAL_SIGN_IN : REFUSAL_NOT_FOUND;
    if (arrival_find(turn->registry, request->conversation))
        return REFUSAL_STATE;
    arrival = arrival_create(turn);
    if (!arrival)
        return REFUSAL_UNAVAILABLE;
    arrival_ask(turn, arrival);
    return GRANTED;
}

const struct verb verb_join = {
    .name = "join",
    .stages = STAGE_BIT(STAGE_OUT),
    .needs = RIGHT_NONE,
    .run = join,
};
