// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/verbs/end.c - a host ends the meetup for all.
#include "meetup/effects.h"
#include "meetup/meetup.h"
#include "meetup/member.h"
#include "meetup/verbs/verb.h"

#include <string.h>

static enum refusal end(struct turn *turn, struct member *by)
{
    struct meetup *meetup = by->meetup;
    struct effect *effect = effects_add(turn->out, EFFECT_END, 0);

    if (!effect)
        return REFUSAL_UNAVAILABLE;
    memcpy(effect->meetup, meetup->record.id, sizeof effect->meetup);
    meetup_end(turn, meetup);
    return GRANTED;
}

const struct verb verb_end = {
    .name = "end",
    .stages = STAGE_BIT(STAGE_IN),
    .needs = RIGHT_END,
    .run = end,
};
