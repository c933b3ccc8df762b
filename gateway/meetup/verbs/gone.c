// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/verbs/gone.c - a page's socket is closed.
#include "meetup/announce.h"
#include "meetup/arrival.h"
#include "meetup/member.h"
#include "meetup/registry.h"
#include "meetup/verbs/verb.h"

void report_gone(struct turn *turn)
{
    const uint64_t conversation = turn->request->conversation;
    struct member *member = registry_find_member(turn->registry, conversation);

    arrival_destroy(turn->registry, arrival_find(turn->registry, conversation));
    if (!member)
        return;
    member_detach(turn, member);
    announce_member(turn, member);
    if (member->stage == STAGE_WAITING || member_is_host(member))
        announce_waiting(turn, member->meetup);
}
