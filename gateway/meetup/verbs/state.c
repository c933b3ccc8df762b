// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/verbs/state.c - what a member sends now: microphone, camera, screen.
#include "meetup/announce.h"
#include "meetup/member.h"
#include "meetup/verbs/verb.h"

static enum refusal state(struct turn *turn, struct member *by)
{
    const struct request *request = turn->request;
    // It says why there is no picture; with one it says nothing.
    const bool slow = request->state.slow && !request->state.on[SOURCE_CAMERA];
    bool changed = by->slow != slow;

    for (int kind = 0; kind < SOURCE_KINDS; kind++) {
        const bool on = request->state.on[kind];

        // A transport starts with all of its sources running.
        if (by->said_state ? by->on[kind] != on : !on)
            connection_source(&by->connection, SFU_PAUSE, (enum source_kind)kind, !on, turn->out);
        changed = changed || by->on[kind] != on;
        by->on[kind] = on;
    }
    by->said_state = true;
    by->slow = slow;
    if (changed)
        announce_member(turn, by);
    return GRANTED;
}

const struct verb verb_state = {
    .name = "state",
    .stages = STAGES_JOINED,
    .needs = RIGHT_SPEAK,
    .run = state,
};
