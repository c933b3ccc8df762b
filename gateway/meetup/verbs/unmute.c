// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/verbs/unmute.c - a person ends a host's mute of the own microphone.
#include "meetup/announce.h"
#include "meetup/member.h"
#include "meetup/seat.h"
#include "meetup/verbs/verb.h"

static enum refusal unmute(struct turn *turn, struct member *by)
{
    if (!by->seat->record.muted)
        return GRANTED;
    by->seat->record.muted = false;
    seat_save(by->seat, turn->out);
    connection_source(&by->connection, SFU_MUTE, SOURCE_MICROPHONE, false, turn->out);
    announce_member(turn, by);
    return GRANTED;
}

const struct verb verb_unmute = {
    .name = "unmute",
    .stages = STAGE_BIT(STAGE_IN),
    .needs = RIGHT_SPEAK,
    .run = unmute,
};
