// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/verbs/mute.c - a host silences one microphone, or all but the hosts'.
#include "meetup/announce.h"
#include "meetup/meetup.h"
#include "meetup/member.h"
#include "meetup/seat.h"
#include "meetup/verbs/verb.h"

static void mute_one(struct turn *turn, struct member *member)
{
    if (member->seat->record.muted)
        return;
    member->seat->record.muted = true;
    seat_save(member->seat, turn->out);
    connection_source(&member->connection, SFU_MUTE, SOURCE_MICROPHONE, true, turn->out);
    announce_member(turn, member);
}

static enum refusal mute(struct turn *turn, struct member *by)
{
    const uint32_t number = turn->request->member;
    struct member *one = meetup_find_member(by->meetup, number);

    if (number == ALL_MEMBERS) {
        LIST_EACH(node, &by->meetup->members) {
            struct member *member = LIST_ITEM(node, struct member, link);

            if (member->stage == STAGE_IN && !member_is_host(member))
                mute_one(turn, member);
        }
        return GRANTED;
    }
    if (!one)
        return REFUSAL_NOT_FOUND;
    if (member_is_host(one))
        return REFUSAL_DENIED;
    if (one->stage != STAGE_IN)
        return REFUSAL_STATE;
    mute_one(turn, one);
    return GRANTED;
}

const struct verb verb_mute = {
    .name = "mute",
    .stages = STAGE_BIT(STAGE_IN),
    .needs = RIGHT_MODERATE,
    .run = mute,
};
