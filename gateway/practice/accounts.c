// SPDX-License-Identifier: AGPL-3.0-or-later
// practice/accounts.c - the first doctor, signing in and out.
#include "base/mem.h"
#include "base/text.h"
#include "crypto/token.h"
#include "practice/password_rules.h"
#include "practice/practice_internal.h"

#include <string.h>

#define SESSION_SECONDS (12 * 3600) // absolute

static void answer_me(const struct turn *turn)
{
    const struct practice *p = turn->practice;
    const struct session *session =
        sessions_of_doctor(&p->sessions, turn->call->identity.doctor, turn->wall);
    struct reply *reply = turn_reply(turn);

    if (!reply)
        return;
    reply->setup_needed = p->setup_needed;
    reply->signed_in = session != NULL;
    if (session)
        reply->doctor = session->doctor;
}

static void unexpected(const struct turn *turn, const struct result *result)
{
    turn_refuse_err(turn, result->err);
}

const struct verb verb_me = {.start = answer_me, .answered = unexpected};

// One "@" with something on both sides and a dot behind it: the rest is for the mail host to judge.
static bool is_email(const char *email)
{
    const char *at = strchr(email, '@');

    return at && at != email && !strchr(at + 1, '@') && strchr(at + 1, '.') &&
           !strpbrk(email, " <>\"\\,;");
}

static void ask_for_session(const struct turn *turn, const struct doctor_record *doctor)
{
    char cookie[TOKEN_TEXT_SIZE];
    struct query *query = turn_ask(turn, QUERY_ADD_SESSION);

    if (!query)
        return;
    token_text(cookie, turn->call->random + FRESH_SECRET);
    (void)token_digest(query->digest, cookie);
    COPY(query->doctor, doctor->id);
    query->expires_at = turn->wall + SESSION_SECONDS;
}

// The session is written: it counts from now on.
static void sign_in(const struct turn *turn, const struct doctor_record *doctor)
{
    char cookie[TOKEN_TEXT_SIZE];
    uint8_t digest[DIGEST_SIZE];

    token_text(cookie, turn->call->random + FRESH_SECRET);
    if (!token_digest(digest, cookie) ||
        sessions_add(&turn->practice->sessions, turn->wall, digest, doctor,
                     turn->wall + SESSION_SECONDS) != ERR_OK) {
        turn_refuse(turn, REFUSAL_UNAVAILABLE);
        return;
    }
    struct reply *reply = turn_reply(turn);
    if (!reply)
        return;
    reply->signed_in = true;
    reply->doctor = *doctor;
    mem_wipe(reply->doctor.password_hash, sizeof reply->doctor.password_hash);
    reply->set_doctor_cookie = true;
    COPY(reply->doctor_cookie, cookie);
}

static void fill_doctor(const struct turn *turn, struct doctor_record *doctor)
{
    const struct call *call = turn->call;

    token_text(doctor->id, call->random + FRESH_ID);
    COPY(doctor->name, call->name);
    COPY(doctor->email, call->email);
    doctor->created_at = turn->wall;
}

static void start_setup(const struct turn *turn)
{
    const struct call *call = turn->call;
    struct practice *p = turn->practice;
    uint8_t digest[DIGEST_SIZE];

    if (!call->unlimited && !attempts_take(&p->sign_ins, turn->now, attempts_key(&call->from))) {
        turn_refuse(turn, REFUSAL_TOO_MANY);
        return;
    }
    if (!p->setup_needed) {
        turn_refuse(turn, REFUSAL_CONFLICT);
        return;
    }
    if (!token_digest(digest, call->token) ||
        !bytes_equal_secret(bytes_of(digest, DIGEST_SIZE),
                            bytes_of(p->setup_digest, DIGEST_SIZE))) {
        turn_refuse(turn, REFUSAL_NOT_FOUND);
        return;
    }
    if (!call->name[0] || !is_email(call->email)) {
        turn_refuse(turn, REFUSAL_INVALID);
        return;
    }
    if (password_is_weak(call->password, call->name, call->email)) {
        turn_refuse(turn, REFUSAL_WEAK_PASSWORD);
        return;
    }
    struct query *query = turn_ask(turn, QUERY_HASH_PASSWORD);
    if (query)
        COPY(query->password, call->password);
}

static void setup_answered(const struct turn *turn, const struct result *result)
{
    struct query *query;
    struct doctor_record doctor = {0};

    if (result->err != ERR_OK) {
        turn_refuse_err(turn, result->err);
        return;
    }
    fill_doctor(turn, &doctor);
    switch (result->kind) {
    case QUERY_HASH_PASSWORD:
        query = turn_ask(turn, QUERY_FIRST_DOCTOR);
        if (query) {
            query->doctor_record = doctor;
            COPY(query->doctor_record.password_hash, result->password_hash);
        }
        return;
    case QUERY_FIRST_DOCTOR:
        turn->practice->setup_needed = false;
        ask_for_session(turn, &doctor);
        return;
    default:
        sign_in(turn, &doctor);
    }
}

const struct verb verb_setup = {.start = start_setup, .answered = setup_answered};

static uint64_t account_key(const char *email)
{
    char folded[EMAIL_SIZE];
    uint8_t digest[SHA256_SIZE];
    uint64_t key;

    COPY(folded, email);
    for (char *c = folded; *c; c++) {
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    }
    hash_sha256(digest, bytes_of_string(folded));
    memcpy(&key, digest, sizeof key);
    return key;
}

static void start_sign_in(const struct turn *turn)
{
    const struct call *call = turn->call;
    struct practice *p = turn->practice;
    const uint64_t from = attempts_key(&call->from);
    const uint64_t account = account_key(call->email);

    const bool allowed = call->unlimited || (attempts_take(&p->sign_ins, turn->now, from) &&
                                             attempts_take(&p->pairs, turn->now, from ^ account));

    if (!allowed || !attempts_take(&p->accounts, turn->now, account)) {
        turn_refuse(turn, REFUSAL_TOO_MANY);
        return;
    }
    struct query *query = turn_ask(turn, QUERY_DOCTOR_BY_EMAIL);
    if (query)
        COPY(query->doctor_record.email, call->email);
}

// Unknown accounts are verified against nothing, which takes the same time.
static void sign_in_answered(const struct turn *turn, const struct result *result)
{
    struct query *query;

    if (result->err != ERR_OK && result->err != ERR_NOT_FOUND) {
        turn_refuse_err(turn, result->err);
        return;
    }
    switch (result->kind) {
    case QUERY_DOCTOR_BY_EMAIL:
        query = turn_ask(turn, QUERY_VERIFY_PASSWORD);
        if (query) {
            query->doctor_record = result->doctor;
            COPY(query->password, turn->call->password);
            COPY(query->password_hash, result->doctor.password_hash);
        }
        return;
    case QUERY_VERIFY_PASSWORD:
        if (result->verified)
            ask_for_session(turn, &result->doctor);
        else
            turn_refuse(turn, REFUSAL_SIGN_IN);
        return;
    default:
        sign_in(turn, &result->doctor);
    }
}

const struct verb verb_sign_in = {.start = start_sign_in, .answered = sign_in_answered};

static void start_sign_out(const struct turn *turn)
{
    struct query *query = turn_ask(turn, QUERY_END_SESSION);

    if (query)
        memcpy(query->digest, turn->call->identity.session, sizeof query->digest);
}

static void sign_out_answered(const struct turn *turn, const struct result *result)
{
    const uint8_t *session = turn->call->identity.session;

    if (result->err != ERR_OK) {
        turn_refuse_err(turn, result->err);
        return;
    }
    sessions_remove(&turn->practice->sessions, session);
    practice_effects_signed_out(turn->out, session);
    struct reply *reply = turn_reply(turn);
    if (reply)
        reply->set_doctor_cookie = true; // to nothing
}

const struct verb verb_sign_out = {
    .needs_doctor = true, .start = start_sign_out, .answered = sign_out_answered};
