// SPDX-License-Identifier: AGPL-3.0-or-later
// load/page.c - one open page: calls over HTTP, then a WebSocket, on one connection.
#include "load/page.h"

#include "base/mem.h"
#include "load/frame.h"
#include "load/signals.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MASK 0x5a3c96e1u // the same for all: nobody between could be fooled

static const char no_memory[] = "there is not enough memory";

struct page *page_open(struct signals *signals, const struct target *target,
                       const struct page_owner *owner, void *who, const struct cookies *cookies)
{
    struct page *p = mem_zero(sizeof *p);

    if (!p)
        return NULL;
    p->signals = signals;
    p->target = target;
    p->owner = owner;
    p->who = who;
    p->opened_at = signals_now();
    if (cookies)
        p->cookies = *cookies;
    (void)tcp_open(&p->tcp, &target->address, &target->from,
                   target->secure ? signals_tls(signals) : NULL, target->name);
    signals_watch(signals, p);
    return p;
}

void page_close(struct page *p)
{
    if (!p || p->closed)
        return;
    p->closed = true;
    signals_forget(p->signals, p);
    tcp_close(&p->tcp);
}

void page_free(struct page *p)
{
    queue_fini(&p->message);
    mem_free(p);
}

static void fail(struct page *p, const char *why)
{
    if (!p->closed)
        p->owner->ended(p->who, why, p->code);
}

static void request(struct page *p, const char *path, const char *body, const char *subprotocol)
{
    const struct http_request r = {.host = p->target->host,
                                   .secure = p->target->secure,
                                   .path = path,
                                   .body = body,
                                   .subprotocol = subprotocol,
                                   .cookies = &p->cookies};

    if (p->closed)
        return;
    if (http_write(&p->tcp.out, &r))
        signals_wake(p->signals, p);
    else
        fail(p, no_memory);
}

void page_call(struct page *p, const char *path, json_t *body)
{
    char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;

    request(p, path, text, NULL);
    free(text);
    json_decref(body);
}

void page_upgrade(struct page *p)
{
    p->upgrading = true;
    request(p, p->target->path, NULL, p->target->subprotocol);
}

void page_say(struct page *p, json_t *message)
{
    char *text = json_dumps(message, JSON_COMPACT);

    json_decref(message);
    if (!p->closed && p->is_socket) {
        if (text && frame_write(&p->tcp.out, FRAME_TEXT, bytes_of_string(text), MASK))
            signals_wake(p->signals, p);
        else
            fail(p, no_memory);
    }
    free(text);
}

static void tell(struct page *p, struct bytes text)
{
    json_t *message = json_loadb((const char *)text.at, text.len, 0, NULL);

    if (message)
        p->owner->told(p->who, message);
    else
        fail(p, "it sent a message that is no JSON");
    json_decref(message);
}

static void take_frame(struct page *p, const struct frame *frame)
{
    switch (frame->kind) {
    case FRAME_TEXT:
    case FRAME_MORE:
        if (frame->last && !p->message.len) {
            tell(p, frame->payload);
        } else if (!queue_put(&p->message, frame->payload)) {
            fail(p, no_memory);
        } else if (frame->last) {
            tell(p, queue_bytes(&p->message));
            queue_drop(&p->message, p->message.len);
        }
        return;
    case FRAME_PING:
        if (frame_write(&p->tcp.out, FRAME_PONG, frame->payload, MASK))
            signals_wake(p->signals, p);
        return;
    case FRAME_CLOSE:
        if (frame->payload.len >= 2)
            p->code = frame->payload.at[0] << 8 | frame->payload.at[1];
        fail(p, "it closed the WebSocket");
        return;
    case FRAME_BINARY:
    case FRAME_PONG:
        return;
    }
}

// Takes the first frame that came; false when there is none.
static bool take_frames(struct page *p)
{
    struct frame frame;

    switch (frame_read(&frame, queue_bytes(&p->tcp.in))) {
    case FRAME_NONE_YET:
        return false;
    case FRAME_BROKEN:
        fail(p, "it does not speak WebSocket rightly");
        return false;
    case FRAME_FOUND:
        break;
    }
    take_frame(p, &frame);
    if (p->closed)
        return false;
    queue_drop(&p->tcp.in, frame.taken);
    return true;
}

static void take_upgrade(struct page *p, const struct http_reply *reply)
{
    char why[64];

    p->upgrading = false;
    if (reply->status == 101) {
        p->is_socket = true;
        p->owner->opened(p->who);
        return;
    }
    snprintf(why, sizeof why, "it refused the WebSocket (HTTP %d)", reply->status);
    fail(p, why);
}

static bool take_reply(struct page *p)
{
    struct http_reply reply = {0};
    json_t *body = NULL;

    switch (http_read(&reply, queue_bytes(&p->tcp.in), &p->cookies)) {
    case HTTP_NONE_YET:
        return false;
    case HTTP_BROKEN:
        fail(p, "it does not speak HTTP");
        return false;
    case HTTP_FOUND:
        break;
    }
    if (reply.body.len)
        body = json_loadb((const char *)reply.body.at, reply.body.len, 0, NULL);
    queue_drop(&p->tcp.in, reply.taken);
    if (p->upgrading)
        take_upgrade(p, &reply);
    else
        p->owner->replied(p->who, reply.status, body);
    json_decref(body);
    return !p->closed;
}

void page_work(struct page *p)
{
    const bool goes_on = tcp_work(&p->tcp);

    if (p->tcp.stage == TCP_OPEN && !p->connected) {
        p->connected = true;
        if (p->owner->connected)
            p->owner->connected(p->who);
    }
    while (!p->closed && p->tcp.in.len && (p->is_socket ? take_frames(p) : take_reply(p)))
        ;
    if (!p->closed && !goes_on)
        fail(p, p->tcp.why);
}
