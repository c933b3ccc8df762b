// SPDX-License-Identifier: AGPL-3.0-or-later
// practice/invites.c - personal links: made, renewed and revoked by doctors, opened by patients.
#include "crypto/token.h"
#include "practice/practice_internal.h"

static void start_make(const struct turn *turn)
{
    const struct call *call = turn->call;
    char token[TOKEN_TEXT_SIZE];

    if (!call->name[0] || call->at < 0 || (call->at > 0 && call->at <= turn->wall)) {
        turn_refuse(turn, REFUSAL_INVALID);
        return;
    }
    struct query *query = turn_ask(turn, QUERY_MAKE_INVITE);
    if (!query)
        return;
    struct invite_record *invite = &query->invite_record;
    token_text(invite->id, call->random + FRESH_ID);
    token_text(token, call->random + FRESH_SECRET);
    (void)token_digest(invite->token_digest, token);
    COPY(invite->meetup, call->subject);
    COPY(invite->roster_name, call->name);
    invite->role = ROLE_PATIENT;
    invite->expires_at = call->at;
}

static struct reply *invite_answered(const struct turn *turn, const struct result *result)
{
    if (result->err != ERR_OK) {
        turn_refuse_err(turn, result->err);
        return NULL;
    }
    struct reply *reply = turn_reply(turn);
    if (reply) {
        reply->invite.invite = result->invite;
        reply->invite.seat = result->seat;
    }
    return reply;
}

// The token exists in clear only in this reply.
static void link_answered(const struct turn *turn, const struct result *result)
{
    struct reply *reply = invite_answered(turn, result);

    if (reply)
        token_text(reply->token, turn->call->random + FRESH_SECRET);
}

const struct verb verb_make_invite = {
    .needs_doctor = true, .start = start_make, .answered = link_answered};

static void start_renew(const struct turn *turn)
{
    char token[TOKEN_TEXT_SIZE];
    struct query *query = turn_ask(turn, QUERY_RENEW_INVITE);

    if (!query)
        return;
    token_text(token, turn->call->random + FRESH_SECRET);
    (void)token_digest(query->digest, token);
}

static void tell_revoked(const struct turn *turn, const struct result *result, bool renewed)
{
    struct request *request = practice_effects_tell(turn->out);

    if (!request)
        return;
    request->kind = REQUEST_REVOKED;
    COPY(request->revoked.meetup, result->invite.meetup);
    COPY(request->revoked.invite, result->invite.id);
    request->revoked.renewed = renewed;
}

static void renew_answered(const struct turn *turn, const struct result *result)
{
    link_answered(turn, result);
    if (result->err == ERR_OK)
        tell_revoked(turn, result, true);
}

const struct verb verb_renew_invite = {
    .needs_doctor = true, .start = start_renew, .answered = renew_answered};

static void start_revoke(const struct turn *turn)
{
    (void)turn_ask(turn, QUERY_REVOKE_INVITE);
}

static void revoke_answered(const struct turn *turn, const struct result *result)
{
    if (invite_answered(turn, result))
        tell_revoked(turn, result, false);
}

const struct verb verb_revoke_invite = {
    .needs_doctor = true, .start = start_revoke, .answered = revoke_answered};

// A browser without a device cookie gets its id here; it becomes its own once the link proved good.
static void device_of(const struct turn *turn, char device[static ID_SIZE])
{
    if (turn->call->identity.device[0])
        text_copy(device, ID_SIZE, turn->call->identity.device);
    else
        token_text(device, turn->call->random + FRESH_DEVICE);
}

static void start_redeem(const struct turn *turn)
{
    const struct call *call = turn->call;
    uint8_t digest[DIGEST_SIZE];

    if (!call->unlimited &&
        !attempts_take(&turn->practice->redemptions, turn->now, attempts_key(&call->from))) {
        turn_refuse(turn, REFUSAL_TOO_MANY);
        return;
    }
    if (!token_digest(digest, call->token)) {
        turn_refuse(turn, REFUSAL_NOT_FOUND);
        return;
    }
    struct query *query = turn_ask(turn, QUERY_REDEEM);
    if (!query)
        return;
    for (size_t i = 0; i < sizeof digest; i++)
        query->digest[i] = digest[i];
    device_of(turn, query->device);
}

static struct reply *entry_answered(const struct turn *turn, const struct result *result)
{
    char device[ID_SIZE];
    struct reply *reply = invite_answered(turn, result);

    if (!reply)
        return NULL;
    device_of(turn, device);
    const bool taken = result->seat.stage != SEAT_NONE;
    const bool mine =
        taken && bytes_equal(bytes_of_string(result->seat.device), bytes_of_string(device));
    reply->seat = !taken ? SEAT_FREE : mine ? SEAT_YOURS : SEAT_ELSEWHERE;
    if (!mine) // what somebody chose on another device is not told to this one
        reply->invite.seat.room_name[0] = '\0';
    reply->meetup.meetup = result->meetup;
    return reply;
}

static void redeem_answered(const struct turn *turn, const struct result *result)
{
    struct reply *reply = entry_answered(turn, result);

    if (reply) // who has a link does not guess: a ward may open all of its links at one moment
        attempts_return(&turn->practice->redemptions, attempts_key(&turn->call->from));
    if (!reply || turn->call->identity.device[0])
        return;
    reply->set_device_cookie = true;
    token_tag(reply->device_cookie, turn->call->random + FRESH_DEVICE, turn->practice->key);
}

const struct verb verb_redeem = {.start = start_redeem, .answered = redeem_answered};

static void start_open(const struct turn *turn)
{
    struct query *query = turn->call->identity.device[0] ? turn_ask(turn, QUERY_OPEN_INVITE) : NULL;

    if (!turn->call->identity.device[0])
        turn_refuse(turn, REFUSAL_NOT_FOUND);
    if (query)
        COPY(query->invite, turn->call->subject);
}

static void open_answered(const struct turn *turn, const struct result *result)
{
    (void)entry_answered(turn, result);
}

const struct verb verb_open_invite = {.start = start_open, .answered = open_answered};
