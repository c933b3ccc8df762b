// SPDX-License-Identifier: AGPL-3.0-or-later
// host/conversation.c - one page's WebSocket as the live meetups know it: a number.
#include "host/conversation.h"

#include "base/mem.h"
#include "host/browser.h"
#include "host/clock.h"
#include "host/effects.h"
#include "host/entropy.h"
#include "host/media.h"
#include "host/meetup_thread.h"
#include "host/websocket.h"
#include "meetup/directory.h"
#include "protocol/decode.h"
#include "protocol/limits.h"

#include <string.h>

struct conversation {
    // given
    uint64_t number;
    struct identity identity;
    // borrowed: outlive the conversation
    struct meetup_thread *owner;
    struct websocket *websocket;
    // state
    struct limits limits;
};

struct conversation *conversation_open(struct meetup_thread *m, struct websocket *websocket,
                                       const struct identity *identity)
{
    struct conversation *c = mem_zero(sizeof *c);

    if (!c)
        return NULL;
    c->number = ++m->last_number;
    c->identity = *identity;
    c->identity.browser = browser_number(identity);
    c->owner = m;
    c->websocket = websocket;
    limits_init(&c->limits, clock_now());
    if (table_put(&m->conversations, c->number, c)) {
        mem_free(c);
        return NULL;
    }
    return c;
}

static void refuse(struct conversation *c, int64_t id, enum refusal refusal, const char *why)
{
    const struct notice notice = {.kind = NOTICE_ERROR, .id = id, .error.refusal = refusal};

    conversation_tell(c, &notice, why && *why ? why : NULL);
}

static bool decode(struct conversation *c, usec now, struct bytes message, struct request *request,
                   enum refusal *refusal, const char **why)
{
    uint8_t random[DECODE_RANDOM_SIZE];
    const bool is_large = message.len > LIMITS_PLAIN_MAX;
    bool is_dear, is_right;

    *refusal = REFUSAL_TOO_MANY;
    if (is_large && !limits_take_offer(&c->limits, now))
        return false; // reading it would cost as much as granting it
    entropy_fill(random, sizeof random);
    is_right = decode_message(c->owner->decoder, message, random, request, refusal, why);
    mem_wipe(random, sizeof random);
    is_dear = request->kind == REQUEST_JOIN || request->kind == REQUEST_OFFER;
    if (is_right && is_dear && !is_large && !limits_take_offer(&c->limits, now)) {
        *refusal = REFUSAL_TOO_MANY;
        return false;
    }
    return is_right;
}

bool conversation_receive(struct conversation *c, usec now, struct bytes message)
{
    struct meetup_thread *m = c->owner;
    struct request *request;
    enum refusal refusal;
    const char *why = NULL;
    bool joined = false;

    if (!limits_take_message(&c->limits, now)) {
        conversation_close(c, CLOSE_POLICY);
        return false;
    }
    request = mem_zero(sizeof *request);
    if (!request) {
        conversation_close(c, CLOSE_NO_MEMORY);
        return false;
    }
    if (decode(c, now, message, request, &refusal, &why)) {
        request->conversation = c->number;
        request->identity = c->identity;
        joined = request->kind == REQUEST_JOIN;
        effects_of_request(m, now, request);
    } else {
        refuse(c, request->id, refusal, why);
        request_fini(request);
    }
    decode_release(m->decoder);
    mem_free(request);
    return joined;
}

void conversation_gone(struct conversation *c)
{
    struct request *request;

    if (!c)
        return;
    table_remove(&c->owner->conversations, c->number);
    request = c->owner->ended ? NULL : mem_zero(sizeof *request);
    if (request) {
        request->kind = REQUEST_GONE;
        request->conversation = c->number;
        request->identity = c->identity;
        effects_of_request(c->owner, clock_now(), request);
    }
    mem_free(request);
    mem_free(c);
}

// An answer names the port of the media thread that has the connection.
static struct answer_settings answers_for(const struct meetup_thread *m, uint64_t connection)
{
    const uint16_t port = media_port_of(m->media, connection);
    struct answer_settings settings = m->settings;

    for (size_t i = 0; i < settings.candidate_count; i++)
        settings.candidates[i].port = port;
    return settings;
}

static char *encode(const struct conversation *c, const struct notice *notice, const char *why)
{
    const int64_t wall_ms = clock_wall_ms();
    struct answer_settings settings;

    if (notice->kind == NOTICE_JOINED)
        settings = answers_for(c->owner, notice->joined.connection);
    else if (notice->kind == NOTICE_ANSWER)
        settings = answers_for(c->owner, notice->answer.connection);
    else
        return encode_notice(notice, &c->owner->settings, wall_ms, why);
    return encode_notice(notice, &settings, wall_ms, why);
}

void conversation_tell(struct conversation *c, const struct notice *notice, const char *why)
{
    char *text = encode(c, notice, why);

    if (!text) {
        conversation_close(c, CLOSE_NO_MEMORY);
        return;
    }
    websocket_send(c->websocket, bytes_of(text, strlen(text)));
    mem_free(text);
}

void conversation_close(struct conversation *c, uint16_t code)
{
    websocket_close(c->websocket, code);
}

const struct identity *conversation_identity(const struct conversation *c)
{
    return &c->identity;
}
