// SPDX-License-Identifier: AGPL-3.0-or-later
// practice/feedback.c - what patients say afterwards, and the follow-ups a doctor makes of it.
#include "crypto/token.h"
#include "practice/practice_internal.h"

#define RATING_MAX 5

static void start_give(const struct turn *turn)
{
    const struct call *call = turn->call;

    if (call->rating > RATING_MAX || (call->rating == 0 && !call->words[0])) {
        turn_refuse(turn, REFUSAL_INVALID);
        return;
    }
    if (!call->identity.device[0]) {
        turn_refuse(turn, REFUSAL_DENIED);
        return;
    }
    struct query *query = turn_ask(turn, QUERY_GIVE_FEEDBACK);
    if (!query)
        return;
    COPY(query->invite, call->subject);
    token_text(query->feedback.id, call->random + FRESH_ID);
    query->feedback.rating = call->rating;
    COPY(query->feedback.words, call->words);
}

static void give_answered(const struct turn *turn, const struct result *result)
{
    if (result->err != ERR_OK)
        turn_refuse_err(turn, result->err);
    else
        (void)turn_reply(turn);
}

const struct verb verb_give_feedback = {.start = start_give, .answered = give_answered};

static void start_make(const struct turn *turn)
{
    const struct call *call = turn->call;

    if (!call->name[0] || !call->title[0] || call->at <= 0) {
        turn_refuse(turn, REFUSAL_INVALID);
        return;
    }
    struct query *query = turn_ask(turn, QUERY_MAKE_FOLLOW_UP);
    if (!query)
        return;
    token_text(query->follow_up.id, call->random + FRESH_ID);
    COPY(query->follow_up.subject, call->title);
    COPY(query->follow_up.owner, call->name);
    query->follow_up.due = call->at;
}

static void follow_up_answered(const struct turn *turn, const struct result *result)
{
    if (result->err != ERR_OK) {
        turn_refuse_err(turn, result->err);
        return;
    }
    struct reply *reply = turn_reply(turn);
    if (reply)
        reply->follow_up = result->follow_up;
}

const struct verb verb_make_follow_up = {
    .needs_doctor = true, .start = start_make, .answered = follow_up_answered};

static void start_edit(const struct turn *turn)
{
    const struct call *call = turn->call;

    if (!call->name[0] || call->at <= 0) {
        turn_refuse(turn, REFUSAL_INVALID);
        return;
    }
    struct query *query = turn_ask(turn, QUERY_EDIT_FOLLOW_UP);
    if (!query)
        return;
    COPY(query->follow_up.owner, call->name);
    query->follow_up.due = call->at;
}

const struct verb verb_edit_follow_up = {
    .needs_doctor = true, .start = start_edit, .answered = follow_up_answered};

// A follow-up is closed with a word on what was done.
static void start_close(const struct turn *turn)
{
    if (!turn->call->words[0]) {
        turn_refuse(turn, REFUSAL_INVALID);
        return;
    }
    struct query *query = turn_ask(turn, QUERY_CLOSE_FOLLOW_UP);
    if (query)
        COPY(query->follow_up.note, turn->call->words);
}

const struct verb verb_close_follow_up = {
    .needs_doctor = true, .start = start_close, .answered = follow_up_answered};
