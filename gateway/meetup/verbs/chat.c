// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/verbs/chat.c - a line to all, to the hosts, or from a host to those who wait.
#include "meetup/announce.h"
#include "meetup/meetup.h"
#include "meetup/member.h"
#include "meetup/seat.h"
#include "meetup/verbs/verb.h"

#include <stdio.h>

static enum refusal chat(struct turn *turn, struct member *by)
{
    const struct request *request = turn->request;
    struct chat_line line = {
        .from = by->number,
        .seat = by->seat,
        .to = request->chat.to,
        .at_ms = turn->wall_ms,
    };
    const struct chat_line *added;

    if (request->chat.text.len == 0)
        return REFUSAL_INVALID;
    if (request->chat.to == CHAT_WAITING && !member_is_host(by))
        return REFUSAL_DENIED;
    if (by->stage == STAGE_WAITING && request->chat.to != CHAT_HOSTS)
        return REFUSAL_STATE;
    if (!member_is_host(by) && !bucket_take(&by->seat->chat_budget, turn->now, 1))
        return REFUSAL_TOO_MANY;
    (void)snprintf(line.room_name, sizeof line.room_name, "%s", member_room_name(by));
    added = chat_add(&by->meetup->chat, &line, request->chat.text);
    if (!added)
        return REFUSAL_UNAVAILABLE;
    announce_chat(turn, by->meetup, added);
    return GRANTED;
}

const struct verb verb_chat = {
    .name = "chat",
    .stages = STAGES_JOINED,
    .needs = RIGHT_CHAT,
    .run = chat,
};
