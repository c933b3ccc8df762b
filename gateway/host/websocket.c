// SPDX-License-Identifier: AGPL-3.0-or-later
// host/websocket.c - one WebSocket: whole messages in, a bounded queue out, a code at its end.
#include "host/websocket.h"

#include "base/list.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/calls.h"
#include "host/clock.h"
#include "host/connection.h"
#include "host/conversation.h"
#include "host/http.h"
#include "host/server.h"
#include "protocol/limits.h"

#define ERR_STATE openssl_err_state // base/err.h has an ERR_STATE of its own
#include <libwebsockets.h>
#undef ERR_STATE

#include <string.h>

#define CLOSE_TIME SEC(5)
#define FRAGMENTS_MOST 4096 // pieces of one message, empty ones included

struct piece {
    struct list node;
    size_t len;
    uint8_t bytes[]; // LWS_PRE, then the text
};

struct websocket {
    // borrowed: outlives the WebSocket
    struct connection *connection;
    // owned
    struct conversation *conversation;
    struct list queue; // of struct piece
    uint8_t *message;  // being put together
    // state
    size_t queued;
    size_t message_len;
    size_t message_size;
    uint32_t fragments;
    uint16_t close_code; // 0: open
    bool close_sent;
};

static bool is_header(struct connection *c, enum lws_token_indexes token, const char *wanted)
{
    char value[128];

    return server_header(c->lws, (int)token, value, sizeof value) && strcmp(value, wanted) == 0;
}

static bool is_right_upgrade(struct connection *c)
{
    return is_header(c, WSI_TOKEN_GET_URI, "/ws") && is_header(c, WSI_TOKEN_VERSION, "13") &&
           is_header(c, WSI_TOKEN_PROTOCOL, WEBSOCKET_PROTOCOL) &&
           lws_hdr_total_length(c->lws, WSI_TOKEN_KEY) == 24 && // 16 bytes in base64
           !lws_hdr_total_length(c->lws, WSI_TOKEN_HTTP_CONTENT_LENGTH) &&
           !lws_hdr_total_length(c->lws, WSI_TOKEN_HTTP_TRANSFER_ENCODING);
}

bool websocket_admit(struct connection *c)
{
    char host[300], doctor[COOKIE_SIZE], device[COOKIE_SIZE];
    bool has_doctor, has_device;

    if (c->exchange)
        return false;
    if (!server_header(c->lws, WSI_TOKEN_HOST, host, sizeof host) ||
        !server_has_name(c->server, host)) {
        http_refuse(c, 421, "This gateway goes by another name (server.names).");
        return false;
    }
    if (!is_right_upgrade(c)) {
        http_refuse(c, 400, "This is no WebSocket of this gateway's protocol.");
        return false;
    }
    if (!server_is_own_origin(c->lws)) {
        http_refuse(c, 403, "This WebSocket must come from a page of this gateway.");
        return false;
    }
    has_doctor = server_cookie(c->lws, DOCTOR_COOKIE, doctor, sizeof doctor);
    has_device = server_cookie(c->lws, DEVICE_COOKIE, device, sizeof device);
    c->admitted = calls_identify(server_owner(c->server), has_doctor ? doctor : NULL,
                                 has_device ? device : NULL, &c->identity);
    if (!c->admitted)
        http_refuse(c, 403, "Please open your link again, or sign in.");
    return c->admitted;
}

bool websocket_opened(struct connection *c, usec now)
{
    struct websocket *w;

    if (!c->admitted || c->websocket)
        return false;
    w = mem_zero(sizeof *w);
    if (!w)
        return false;
    w->connection = c;
    list_init(&w->queue);
    c->websocket = w;
    c->phase = PHASE_SOCKET;
    c->deadline = now + LIMITS_FIRST_MESSAGE;
    w->conversation = conversation_open(server_owner(c->server), w, &c->identity);
    return w->conversation != NULL;
}

static void forget_message(struct websocket *w)
{
    mem_free(w->message);
    w->message = NULL;
    w->message_len = w->message_size = 0;
    w->fragments = 0;
}

void websocket_closed(struct connection *c, usec now)
{
    struct websocket *w = c->websocket;

    (void)now;
    if (!w)
        return;
    c->websocket = NULL;
    w->close_code = w->close_code ? w->close_code : CLOSE_NORMAL; // nothing is queued any more
    conversation_gone(w->conversation);
    LIST_EACH(node, &w->queue)
        mem_free(LIST_ITEM(node, struct piece, node));
    forget_message(w);
    mem_free(w);
}

void websocket_close(struct websocket *w, uint16_t code)
{
    if (w->close_code)
        return;
    w->close_code = code;
    w->connection->deadline = clock_now() + CLOSE_TIME;
    lws_callback_on_writable(w->connection->lws);
}

void websocket_send(struct websocket *w, struct bytes text)
{
    struct piece *piece;

    if (w->close_code)
        return;
    if (w->queued + text.len > LIMITS_QUEUE_MAX) {
        websocket_close(w, CLOSE_NOT_READING);
        return;
    }
    piece = mem_zero(sizeof *piece + LWS_PRE + text.len);
    if (!piece) {
        websocket_close(w, CLOSE_NO_MEMORY);
        return;
    }
    memcpy(piece->bytes + LWS_PRE, text.at, text.len);
    piece->len = text.len;
    w->queued += text.len;
    list_append(&w->queue, &piece->node);
    lws_callback_on_writable(w->connection->lws);
}

// Says the code in a close frame; the connection ends when the other side has answered it.
static bool send_close(struct websocket *w)
{
    if (w->close_code == CLOSE_NOT_READING) { // what is queued would never leave
        LIST_EACH(node, &w->queue) {
            list_remove(node);
            mem_free(LIST_ITEM(node, struct piece, node));
        }
    }
    w->close_sent = true;
    lws_close_reason(w->connection->lws, (enum lws_close_status)w->close_code, NULL, 0);
    return false;
}

bool websocket_writable(struct connection *c)
{
    struct websocket *w = c->websocket;
    struct piece *piece;
    int written;

    if (!w)
        return true;
    if (w->close_code == CLOSE_NOT_READING || (w->close_code && list_is_empty(&w->queue)))
        return send_close(w);
    if (list_is_empty(&w->queue))
        return true; // asked for nothing
    piece = LIST_ITEM(w->queue.next, struct piece, node);
    list_remove(&piece->node);
    w->queued -= piece->len;
    written = lws_write(c->lws, piece->bytes + LWS_PRE, piece->len, LWS_WRITE_TEXT);
    mem_free(piece);
    if (!list_is_empty(&w->queue) || w->close_code)
        lws_callback_on_writable(c->lws);
    return written >= 0;
}

static bool end_with(struct websocket *w, uint16_t code)
{
    w->close_code = code;
    w->connection->deadline = clock_now() + CLOSE_TIME;
    return send_close(w);
}

static bool grow_message(struct websocket *w, size_t need)
{
    size_t size = w->message_size ? w->message_size : 1024;
    uint8_t *larger;

    if (need <= w->message_size)
        return true;
    while (size < need)
        size *= 2;
    larger = mem_resize(w->message, size);
    if (!larger)
        return false;
    w->message = larger;
    w->message_size = size;
    return true;
}

static bool pass_message(struct websocket *w, usec now)
{
    const struct bytes message = bytes_of(w->message, w->message_len);

    if (!text_is_utf8(message))
        return end_with(w, CLOSE_BAD_TEXT);
    if (conversation_receive(w->conversation, now, message) && !w->close_code)
        w->connection->deadline = USEC_NEVER; // from now on pings tell whether it lives
    forget_message(w);
    return true;
}

bool websocket_received(struct connection *c, usec now, struct bytes part)
{
    struct websocket *w = c->websocket;
    const size_t coming = lws_remaining_packet_payload(c->lws);

    if (!w || w->close_sent)
        return false;
    if (w->close_code)
        return true; // being closed: nothing is heard any more
    if (lws_frame_is_binary(c->lws))
        return end_with(w, CLOSE_BAD_DATA);
    if (part.len > LIMITS_MESSAGE_MAX || coming > LIMITS_MESSAGE_MAX ||
        w->message_len + part.len + coming > LIMITS_MESSAGE_MAX)
        return end_with(w, CLOSE_TOO_LARGE);
    if (++w->fragments > FRAGMENTS_MOST)
        return end_with(w, CLOSE_POLICY);
    if (!grow_message(w, w->message_len + part.len))
        return end_with(w, CLOSE_NO_MEMORY);
    if (part.len)
        memcpy(w->message + w->message_len, part.at, part.len);
    w->message_len += part.len;
    if (coming || !lws_is_final_fragment(c->lws))
        return true;
    return pass_message(w, now);
}
