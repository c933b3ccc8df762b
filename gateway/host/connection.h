// SPDX-License-Identifier: AGPL-3.0-or-later
// host/connection.h - one TCP connection of the web server, seen by its three files.
#ifndef GATEWAY_HOST_CONNECTION_H
#define GATEWAY_HOST_CONNECTION_H

#include "base/address.h"
#include "base/list.h"
#include "base/usec.h"
#include "meetup/request.h"

#include <ev.h>
#include <stdbool.h>

struct exchange;
struct lws;
struct server;
struct websocket;

enum phase {
    PHASE_HEAD,   // TLS handshake and request head
    PHASE_BODY,   // of a call
    PHASE_WAIT,   // its answer is being made
    PHASE_ANSWER, // and sent
    PHASE_IDLE,   // kept alive for the next request
    PHASE_SOCKET  // a WebSocket
};

struct connection {
    struct list node; // in server->connections
    // borrowed: outlive the connection
    struct server *server;
    struct lws *lws;
    // owned
    struct exchange *exchange;   // the request under way, or NULL
    struct websocket *websocket; // or NULL
    struct ev_io writable;       // while an answer waits for room
    // state
    struct address from;
    enum phase phase;
    usec deadline; // of the phase; then the connection is cut
    bool admitted; // the upgrade was found right; `identity` is who
    struct identity identity;
};

#endif
