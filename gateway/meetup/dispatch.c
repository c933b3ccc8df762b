// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/dispatch.c - each request to its verb, and refusals back to who asked.
#include "meetup/dispatch.h"

#include "meetup/effects.h"
#include "meetup/member.h"
#include "meetup/registry.h"
#include "meetup/rights.h"
#include "meetup/turn.h"
#include "meetup/verbs/verb.h"

const struct verb *const verbs[REQUEST_PAGE_KINDS] = {
    [REQUEST_JOIN] = &verb_join,     [REQUEST_OFFER] = &verb_offer,
    [REQUEST_WANT] = &verb_want,     [REQUEST_STATE] = &verb_state,
    [REQUEST_UNMUTE] = &verb_unmute, [REQUEST_CHAT] = &verb_chat,
    [REQUEST_LEAVE] = &verb_leave,   [REQUEST_PING] = &verb_ping,
    [REQUEST_ADMIT] = &verb_admit,   [REQUEST_DECLINE] = &verb_decline,
    [REQUEST_MUTE] = &verb_mute,     [REQUEST_REMOVE] = &verb_remove,
    [REQUEST_END] = &verb_end,
};

static void (*const reports[REQUEST_KINDS])(struct turn *turn) = {
    [REQUEST_GONE] = report_gone,       [REQUEST_MEDIA] = report_media,
    [REQUEST_ENTERED] = report_entered, [REQUEST_REVOKED] = report_revoked,
    [REQUEST_CHANGED] = report_changed,
};

void dispatch_refuse(struct turn *turn, enum refusal refusal)
{
    struct notice *notice = effects_notice(turn->out, turn->request->conversation, NOTICE_ERROR);

    if (!notice)
        return;
    notice->id = turn->request->id;
    notice->error.refusal = refusal;
}

static enum refusal ask(struct turn *turn, const struct verb *verb)
{
    struct member *by = registry_find_member(turn->registry, turn->request->conversation);
    const enum stage stage = by ? by->stage : STAGE_OUT;
    const enum refusal refusal = rights_check(verb, by ? member_role(by) : ROLE_COUNT, stage);

    return refusal == GRANTED ? verb->run(turn, by) : refusal;
}

void dispatch(struct turn *turn)
{
    const enum request_kind kind = turn->request->kind;

    if (kind >= REQUEST_PAGE_KINDS) {
        reports[kind](turn);
        return;
    }
    const enum refusal refusal = ask(turn, verbs[kind]);
    if (refusal != GRANTED)
        dispatch_refuse(turn, refusal);
}
