// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/verbs/admit.c - a host lets one person in, or all who wait.
#include "meetup/announce.h"
#include "meetup/meetup.h"
#include "meetup/member.h"
#include "meetup/seat.h"
#include "meetup/verbs/verb.h"

#include <string.h>

// The seat moves: whoever has had it by another device goes.
static void move_seat(struct turn *turn, const struct member *to)
{
    const struct seat *seat = to->seat;

    LIST_EACH(node, &to->meetup->members) {
        struct member *other = LIST_ITEM(node, struct member, link);
        const uint32_t number = other->number;
        const bool was_in = other->stage == STAGE_IN;

        if (other == to || other->seat != seat || !seat_is_bound_to(seat, other->device))
            continue;
        member_out(turn, other, OUT_MOVED);
        if (was_in)
            announce_left(turn, to->meetup, number);
    }
}

static void admit_one(struct turn *turn, struct member *member)
{
    struct seat *seat = member->seat;

    if (member_is_second_device(member))
        move_seat(turn, member);
    if (seat->record.stage != SEAT_ADMITTED)
        seat->chat_from = member->meetup->chat.next;
    memcpy(seat->record.device, member->device, sizeof seat->record.device);
    seat->record.stage = SEAT_ADMITTED;
    seat->record.waiting_since_ms = 0;
    seat_save(seat, turn->out);
    member->stage = STAGE_IN;
    // The seat may have been muted or released since this device connected.
    connection_source(&member->connection, SFU_MUTE, SOURCE_MICROPHONE, seat->record.muted,
                      turn->out);
    connection_gate(&member->connection, true, turn->out);
    announce_stage(turn, member, STAGE_IN, OUT_ADMITTED);
    announce_room(turn, member);
    announce_member(turn, member);
}

// All but second devices, which are looked at one by one.
static void admit_all(struct turn *turn, const struct meetup *meetup)
{
    LIST_EACH(node, &meetup->members) {
        struct member *member = LIST_ITEM(node, struct member, link);

        if (member->stage == STAGE_WAITING && !member_is_second_device(member))
            admit_one(turn, member);
    }
}

static enum refusal admit(struct turn *turn, struct member *by)
{
    const uint32_t number = turn->request->member;
    struct member *member = meetup_find_member(by->meetup, number);

    if (number == ALL_MEMBERS)
        admit_all(turn, by->meetup);
    else if (!member)
        return REFUSAL_NOT_FOUND;
    else if (member->stage != STAGE_WAITING)
        return REFUSAL_STATE;
    else
        admit_one(turn, member);
    announce_waiting(turn, by->meetup);
    return GRANTED;
}

const struct verb verb_admit = {
    .name = "admit",
    .stages = STAGE_BIT(STAGE_IN),
    .needs = RIGHT_ADMIT,
    .run = admit,
};
