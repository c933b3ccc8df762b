// SPDX-License-Identifier: AGPL-3.0-or-later
// practice/practice_internal.h - what the verbs of the practice share; not for other folders.
#ifndef GATEWAY_PRACTICE_PRACTICE_INTERNAL_H
#define GATEWAY_PRACTICE_PRACTICE_INTERNAL_H

#include "base/table.h"
#include "crypto/hash.h"
#include "practice/attempts.h"
#include "practice/effects.h"
#include "practice/practice.h"
#include "practice/sessions.h"
#include "store/query.h"
#include "store/result.h"

struct practice {
    // given
    uint8_t key[PRACTICE_KEY_SIZE];
    // owned
    struct table pending; // call id -> struct call, waiting for a result
    struct sessions sessions;
    // state
    bool setup_needed;
    uint8_t setup_digest[DIGEST_SIZE];
    struct attempts sign_ins;    // per address
    struct attempts pairs;       // per address and account: no address locks a doctor out alone
    struct attempts accounts;    // per account, so that many addresses gain little
    struct attempts redemptions; // links opened per address
};

// One call at work, and where its consequences go.
struct turn {
    struct practice *practice;
    const struct call *call;
    usec now;
    int64_t wall;
    struct practice_effects *out;
};

// A verb: what a call leads to at once, and at each answer to its questions. A verb answers with
// a reply or another question, never with nothing.
struct verb {
    bool needs_doctor;
    void (*start)(const struct turn *turn);
    void (*answered)(const struct turn *turn, const struct result *result);
};

extern const struct verb verb_me, verb_setup, verb_sign_in, verb_sign_out;
extern const struct verb verb_meetups, verb_make_meetup, verb_meetup, verb_edit_meetup,
    verb_end_meetup, verb_reopen_meetup;
extern const struct verb verb_make_invite, verb_renew_invite, verb_revoke_invite, verb_redeem,
    verb_open_invite;
extern const struct verb verb_give_feedback, verb_make_follow_up, verb_edit_follow_up,
    verb_close_follow_up;

// Places in call->random.
enum fresh { FRESH_ID = 0, FRESH_SECRET = 16, FRESH_DEVICE = 32 };

struct reply *turn_reply(const struct turn *turn);
void turn_refuse(const struct turn *turn, enum refusal refusal);
void turn_refuse_err(const struct turn *turn, enum err err);
// A question of this call, with wall clock, doctor and device filled in; NULL (refused) without memory.
struct query *turn_ask(const struct turn *turn, enum query_kind kind);
// The live meetups shall hear of a meetup that was ended, reopened or edited.
void turn_tell_changed(const struct turn *turn, const struct meetup_record *meetup);

void text_copy(char *to, size_t size, const char *from);
#define COPY(to, from) text_copy((to), sizeof(to), (from))

#endif
