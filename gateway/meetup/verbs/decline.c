// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/verbs/decline.c - a host does not let a waiting person in now.
#include "meetup/announce.h"
#include "meetup/meetup.h"
#include "meetup/member.h"
#include "meetup/seat.h"
#include "meetup/verbs/verb.h"

// Nobody has the seat any more, so none of its devices is a second one: all may ask again.
static void decline_seat(struct turn *turn, const struct meetup *meetup, struct seat *seat)
{
    seat_free(seat);
    seat_save(seat, turn->out);
    LIST_EACH(node, &meetup->members) {
        struct member *member = LIST_ITEM(node, struct member, link);

        if (member->seat == seat)
            member_out(turn, member, OUT_DECLINED);
    }
}

static enum refusal decline(struct turn *turn, struct member *by)
{
    struct member *member = meetup_find_member(by->meetup, turn->request->member);

    if (!member)
        return REFUSAL_NOT_FOUND;
    if (member->stage != STAGE_WAITING)
        return REFUSAL_STATE;
    if (member_is_second_device(member))
        member_out(turn, member, OUT_DECLINED);
    else
        decline_seat(turn, by->meetup, member->seat);
    announce_waiting(turn, by->meetup);
    return GRANTED;
}

const struct verb verb_decline = {
    .name = "decline",
    .stages = STAGE_BIT(STAGE_IN),
    .needs = RIGHT_ADMIT,
    .run = decline,
};
