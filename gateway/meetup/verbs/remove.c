// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/verbs/remove.c - a host puts a person out, on every tab and device.
#include "meetup/announce.h"
#include "meetup/meetup.h"
#include "meetup/member.h"
#include "meetup/seat.h"
#include "meetup/verbs/verb.h"

static enum refusal remove_member(struct turn *turn, struct member *by)
{
    struct member *member = meetup_find_member(by->meetup, turn->request->member);

    if (!member)
        return REFUSAL_NOT_FOUND;
    if (member_is_host(member))
        return REFUSAL_DENIED;
    member->seat->record.stage = SEAT_REMOVED;
    seat_save(member->seat, turn->out);
    meetup_clear_seat(turn, by->meetup, member->seat, OUT_REMOVED);
    return GRANTED;
}

const struct verb verb_remove = {
    .name = "remove",
    .stages = STAGE_BIT(STAGE_IN),
    .needs = RIGHT_MODERATE,
    .run = remove_member,
};
