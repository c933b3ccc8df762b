// SPDX-License-Identifier: AGPL-3.0-or-later
// host/server.h - the web server: TLS, HTTP/1.1 and WebSockets on one port, by libwebsockets.
#ifndef GATEWAY_HOST_SERVER_H
#define GATEWAY_HOST_SERVER_H

#include "base/err.h"
#include "base/usec.h"
#include "host/port.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SERVER_WHY_SIZE PORT_WHY_SIZE

struct accept;
struct assets;
struct connection;
struct ev_loop;
struct lws;
struct meetup_thread;
struct server;
struct config;
struct tls_files;

struct server_settings {
    const struct config *config;   // borrowed for the call
    const struct tls_files *files; // borrowed for the call
    const struct assets *assets;   // borrowed: outlives the server
    struct meetup_thread *owner;   // borrowed: told of messages and calls
    struct ev_loop *loop;          // borrowed: everything happens on it
};

// Listens. On an error `why` is a plain sentence; ERR_CONFLICT: the port is in use; ERR_DENIED: it
// may not be used.
enum err server_create(struct server **made, const struct server_settings *settings,
                       char why[static SERVER_WHY_SIZE]) MUST_CHECK;

// To be called once a second: connections that are over their time are cut.
void server_tick(struct server *s, usec now);

// Tells every page that the gateway restarts and closes its WebSocket (1012).
void server_say_goodbye(struct server *s);
// Connections now, and those that a limit did not let in.
struct server_counts {
    uint64_t connections;
    uint64_t refused;
};
struct server_counts server_counts(const struct server *s);
bool server_has_websockets(const struct server *s);

void server_destroy(struct server *s);

// --- for http.c and websocket.c ---

const struct assets *server_assets(const struct server *s);
struct meetup_thread *server_owner(const struct server *s);

// Asks for http_writable when there is room. Meanwhile nothing is read: a request sent ahead waits in
// the kernel. (While its reading is held, libwebsockets does not tell of room; hence a watcher of
// our own.)
void server_want_writable(struct connection *c);

// Reads nothing until server_want_writable; its answer is being made.
void server_hold(struct connection *c);

// Copies a request header; empty when absent. False when it is there and does not fit.
bool server_header(struct lws *lws, int token, char *to, int size);

// Is this what an own page sends: is Host a name of ours?
bool server_has_name(const struct server *s, const char *host);

// May the other end ask for one more page or call now?
bool server_takes_request(struct connection *c, usec now);

// Do the limits per address not hold for the other end (server.unlimited_addresses)?
bool server_is_unlimited(const struct connection *c);

// Is Origin exactly our own, as this request's Host names us?
bool server_is_own_origin(struct lws *lws);

// The value of the one cookie of that name; false when it is absent, doubled or too long.
bool server_cookie(struct lws *lws, const char *name, char *value, int size);

// Writes the response headers every answer carries, each line ended; at most 1,000 bytes. Returns the
// length.
size_t server_write_safety(char *to, size_t size);

#endif
