// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/verbs/want.c - what a page shows, in order of importance.
#include "meetup/member.h"
#include "meetup/verbs/verb.h"

static enum refusal want(struct turn *turn, struct member *by)
{
    const struct request *request = turn->request;

    connection_want(&by->connection, request->want.pictures, request->want.count, turn->out);
    return GRANTED;
}

const struct verb verb_want = {
    .name = "want",
    .stages = STAGE_BIT(STAGE_IN),
    .needs = RIGHT_SEE,
    .run = want,
};
