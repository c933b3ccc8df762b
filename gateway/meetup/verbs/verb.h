// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/verbs/verb.h - what a page may ask for, each described by a struct in a file of its own.
#ifndef GATEWAY_MEETUP_VERBS_VERB_H
#define GATEWAY_MEETUP_VERBS_VERB_H

#include "meetup/effect.h"
#include "meetup/request.h"
#include "meetup/rights.h"
#include "meetup/turn.h"

#define STAGE_BIT(stage) (1u << (stage))
#define STAGES_JOINED (STAGE_BIT(STAGE_WAITING) | STAGE_BIT(STAGE_IN))

struct member;

struct verb {
    const char *name;
    unsigned stages; // STAGE_BIT of those who may ask; OUT is a conversation that has not joined
    enum right needs;
    // `by` is the asking member, NULL at STAGE_OUT. GRANTED, or a refusal that has changed nothing.
    enum refusal (*run)(struct turn *turn, struct member *by);
};

// By the kind of request.
extern const struct verb *const verbs[REQUEST_PAGE_KINDS];

extern const struct verb verb_join;
extern const struct verb verb_offer;
extern const struct verb verb_want;
extern const struct verb verb_state;
extern const struct verb verb_unmute;
extern const struct verb verb_chat;
extern const struct verb verb_leave;
extern const struct verb verb_ping;
extern const struct verb verb_admit;
extern const struct verb verb_decline;
extern const struct verb verb_mute;
extern const struct verb verb_remove;
extern const struct verb verb_end;

// What the gateway itself reports.
void report_gone(struct turn *turn);
void report_media(struct turn *turn);
void report_entered(struct turn *turn); // the second half of a join
void report_revoked(struct turn *turn);
void report_changed(struct turn *turn);

#endif
