// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/verbs/leave.c - a person goes; the seat stays.
#include "meetup/announce.h"
#include "meetup/member.h"
#include "meetup/seat.h"
#include "meetup/verbs/verb.h"

static enum refusal leave(struct turn *turn, struct member *by)
{
    const struct meetup *meetup = by->meetup;
    const uint32_t number = by->number;
    const bool was_in = by->stage == STAGE_IN;
    const bool was_host = member_is_host(by);

    if (!was_in && !member_is_second_device(by)) {
        by->seat->record.waiting_since_ms = 0; // the place in the queue is given up
        seat_save(by->seat, turn->out);
    }
    member_out(turn, by, OUT_LEFT);
    if (was_in)
        announce_left(turn, meetup, number);
    if (!was_in || was_host)
        announce_waiting(turn, meetup);
    return GRANTED;
}

const struct verb verb_leave = {
    .name = "leave",
    .stages = STAGES_JOINED,
    .needs = RIGHT_NONE,
    .run = leave,
};
