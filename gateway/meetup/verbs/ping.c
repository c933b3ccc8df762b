// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/verbs/ping.c - a page asks whether anybody is there.
#include "meetup/effects.h"
#include "meetup/verbs/verb.h"

static enum refusal ping(struct turn *turn, struct member *by)
{
    struct notice *notice = effects_notice(turn->out, turn->request->conversation, NOTICE_PONG);
    (void)by;

    if (notice)
        notice->id = turn->request->id;
    return GRANTED;
}

const struct verb verb_ping = {
    .name = "ping",
    .stages = STAGE_BIT(STAGE_OUT) | STAGES_JOINED,
    .needs = RIGHT_NONE,
    .run = ping,
};
