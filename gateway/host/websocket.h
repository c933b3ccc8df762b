// SPDX-License-Identifier: AGPL-3.0-or-later
// host/websocket.h - one WebSocket: whole messages in, a bounded queue out, a code at its end.
#ifndef GATEWAY_HOST_WEBSOCKET_H
#define GATEWAY_HOST_WEBSOCKET_H

#include "base/bytes.h"
#include "base/usec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WEBSOCKET_PROTOCOL "aftercare.v1"

enum close_code {
    CLOSE_NORMAL = 1000,
    CLOSE_BAD_DATA = 1003,
    CLOSE_BAD_TEXT = 1007,
    CLOSE_POLICY = 1008,
    CLOSE_TOO_LARGE = 1009,
    CLOSE_NO_MEMORY = 1011,
    CLOSE_RESTART = 1012,
    CLOSE_NOT_READING = 1013
};

struct connection;
struct websocket;

// --- told by server.c; false: the connection is to be closed ---

// Is this upgrade right: path, method, version, subprotocol, own Origin, a valid cookie? If not it is
// answered, and the connection is to be closed.
bool websocket_admit(struct connection *c);
bool websocket_opened(struct connection *c, usec now);
bool websocket_received(struct connection *c, usec now, struct bytes part);
bool websocket_writable(struct connection *c);
void websocket_closed(struct connection *c, usec now);

// --- for conversation.c ---

// Queues one text message; what does not fit closes the WebSocket (1013).
void websocket_send(struct websocket *w, struct bytes text);

// Closes after what is queued was sent, or after 5 s. Later codes do not count.
void websocket_close(struct websocket *w, uint16_t code);

#endif
