// SPDX-License-Identifier: AGPL-3.0-or-later
// practice/practice.c - takes calls, lets verbs ask the store, hands replies back.
#include "practice/practice.h"

#include "base/mem.h"
#include "crypto/token.h"
#include "practice/practice_internal.h"

#include <stdio.h>
#include <string.h>

#define PENDING_MAX 1000 // calls waiting for the store at once

static const struct verb *const verbs[] = {
    [CALL_ME] = &verb_me,
    [CALL_SETUP] = &verb_setup,
    [CALL_SIGN_IN] = &verb_sign_in,
    [CALL_SIGN_OUT] = &verb_sign_out,
    [CALL_MEETUPS] = &verb_meetups,
    [CALL_MAKE_MEETUP] = &verb_make_meetup,
    [CALL_MEETUP] = &verb_meetup,
    [CALL_EDIT_MEETUP] = &verb_edit_meetup,
    [CALL_END_MEETUP] = &verb_end_meetup,
    [CALL_REOPEN_MEETUP] = &verb_reopen_meetup,
    [CALL_MAKE_INVITE] = &verb_make_invite,
    [CALL_RENEW_INVITE] = &verb_renew_invite,
    [CALL_REVOKE_INVITE] = &verb_revoke_invite,
    [CALL_MAKE_FOLLOW_UP] = &verb_make_follow_up,
    [CALL_EDIT_FOLLOW_UP] = &verb_edit_follow_up,
    [CALL_CLOSE_FOLLOW_UP] = &verb_close_follow_up,
    [CALL_REDEEM] = &verb_redeem,
    [CALL_OPEN_INVITE] = &verb_open_invite,
    [CALL_GIVE_FEEDBACK] = &verb_give_feedback,
};
_Static_assert(ARRAY_LEN(verbs) == CALL_KINDS, "every call has a verb");

enum err practice_create(struct practice **made, const uint8_t key[static PRACTICE_KEY_SIZE])
{
    struct practice *p = mem_zero(sizeof *p);
    uint64_t seed;

    if (!p)
        return ERR_NO_MEMORY;
    memcpy(p->key, key, sizeof p->key);
    memcpy(&seed, key, sizeof seed);
    attempts_init(&p->sign_ins, seed, 30, 20);
    attempts_init(&p->pairs, seed + 1, 10, 10);
    attempts_init(&p->accounts, seed + 2, 30, 30);
    attempts_init(&p->redemptions, seed + 3, 300, 300); // a ward is one address
    *made = p;
    return ERR_OK;
}

static void forget(struct practice *p, struct call *call)
{
    table_remove(&p->pending, call->id);
    mem_wipe(call, sizeof *call);
    mem_free(call);
}

void practice_destroy(struct practice *p)
{
    struct call *call;

    if (!p)
        return;
    for (size_t at = 0; (call = table_each(&p->pending, &at)) != NULL; at = 0)
        forget(p, call);
    table_fini(&p->pending);
    sessions_fini(&p->sessions);
    mem_wipe(p, sizeof *p);
    mem_free(p);
}

void practice_offer_setup(struct practice *p, const char *token)
{
    p->setup_needed = token && token_digest(p->setup_digest, token);
}

// Keeps the call while questions of it are under way.
static enum err keep(struct practice *p, const struct call *call)
{
    if (table_find(&p->pending, call->id))
        return ERR_OK;
    struct call *copy = p->pending.count < PENDING_MAX ? mem_zero(sizeof *copy) : NULL;
    if (!copy)
        return ERR_NO_MEMORY;
    *copy = *call;
    const enum err err = table_put(&p->pending, copy->id, copy);
    if (err != ERR_OK)
        mem_free(copy);
    return err;
}

static bool is_answered(const struct practice_effects *out, size_t from)
{
    for (size_t i = from; i < out->count; i++) {
        if (out->items[i].kind == PRACTICE_REPLY)
            return true;
    }
    return false;
}

void practice_receive(struct practice *p, usec now, int64_t wall, const struct call *call,
                      struct practice_effects *out)
{
    const struct turn turn = {.practice = p, .call = call, .now = now, .wall = wall, .out = out};
    const size_t from = out->count;

    if (verbs[call->kind]->needs_doctor && !call->identity.doctor[0]) {
        turn_refuse(&turn, REFUSAL_SIGN_IN);
        return;
    }
    verbs[call->kind]->start(&turn);
    if (!is_answered(out, from) && keep(p, call) != ERR_OK)
        turn_refuse(&turn, REFUSAL_UNAVAILABLE);
}

// The answer to QUERY_START: whoever was signed in still is.
static void started(struct practice *p, int64_t wall, const struct result *result)
{
    for (size_t i = 0; i < result->session_count; i++) {
        for (size_t d = 0; d < result->doctor_count; d++) {
            if (strcmp(result->doctors[d].id, result->sessions[i].doctor) == 0)
                (void)!sessions_add(&p->sessions, wall, result->sessions[i].digest,
                                    &result->doctors[d], result->sessions[i].expires_at);
        }
    }
    if (result->has_doctor)
        p->setup_needed = false;
}

void practice_result(struct practice *p, usec now, int64_t wall, const struct result *result,
                     struct practice_effects *out)
{
    if (result->kind == QUERY_START) {
        started(p, wall, result);
        return;
    }
    struct call *call = table_find(&p->pending, result->id);
    if (!call)
        return;
    const struct turn turn = {.practice = p, .call = call, .now = now, .wall = wall, .out = out};
    const size_t from = out->count;
    verbs[call->kind]->answered(&turn, result);
    if (is_answered(out, from))
        forget(p, call);
}

void practice_forget(struct practice *p, uint64_t id)
{
    struct call *call = table_find(&p->pending, id);

    if (call)
        forget(p, call);
}

bool practice_identify(const struct practice *p, int64_t wall, const char *doctor_cookie,
                       const char *device_cookie, struct identity *identity)
{
    uint8_t digest[DIGEST_SIZE];
    const struct session *session = NULL;

    *identity = (struct identity){0};
    if (doctor_cookie && token_digest(digest, doctor_cookie))
        session = sessions_find(&p->sessions, digest, wall);
    if (session) {
        COPY(identity->doctor, session->doctor.id);
        memcpy(identity->session, digest, sizeof identity->session);
    }
    if (device_cookie)
        (void)token_untag(identity->device, device_cookie, p->key);
    return identity->doctor[0] || identity->device[0];
}

struct reply *turn_reply(const struct turn *turn)
{
    struct reply *reply = practice_effects_reply(turn->out, turn->call);

    if (reply)
        reply->now = turn->wall;
    return reply;
}

void turn_refuse(const struct turn *turn, enum refusal refusal)
{
    struct reply *reply = turn_reply(turn);

    if (!reply)
        return;
    reply->refused = true;
    reply->refusal = refusal;
}

void turn_refuse_err(const struct turn *turn, enum err err)
{
    static const enum refusal refusals[ERR_COUNT] = {
        [ERR_OK] = REFUSAL_UNAVAILABLE,      [ERR_NO_MEMORY] = REFUSAL_UNAVAILABLE,
        [ERR_INVALID] = REFUSAL_INVALID,     [ERR_DENIED] = REFUSAL_DENIED,
        [ERR_NOT_FOUND] = REFUSAL_NOT_FOUND, [ERR_CONFLICT] = REFUSAL_CONFLICT,
        [ERR_STATE] = REFUSAL_STATE,         [ERR_LIMIT] = REFUSAL_TOO_MANY,
        [ERR_EXPIRED] = REFUSAL_EXPIRED,     [ERR_REVOKED] = REFUSAL_REVOKED,
        [ERR_BUSY] = REFUSAL_UNAVAILABLE,    [ERR_IO] = REFUSAL_UNAVAILABLE,
    };
    turn_refuse(turn, refusals[err]);
}

struct query *turn_ask(const struct turn *turn, enum query_kind kind)
{
    struct query *query = practice_effects_query(turn->out, (int)kind, turn->call->id);

    if (!query) {
        turn_refuse(turn, REFUSAL_UNAVAILABLE);
        return NULL;
    }
    query->wall = turn->wall;
    COPY(query->doctor, turn->call->identity.doctor);
    COPY(query->device, turn->call->identity.device);
    COPY(query->subject, turn->call->subject);
    return query;
}

void turn_tell_changed(const struct turn *turn, const struct meetup_record *meetup)
{
    struct request *request = practice_effects_tell(turn->out);

    if (!request)
        return;
    request->kind = REQUEST_CHANGED;
    request->changed = *meetup;
}

void text_copy(char *to, size_t size, const char *from)
{
    (void)snprintf(to, size, "%s", from);
}
