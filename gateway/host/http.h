// SPDX-License-Identifier: AGPL-3.0-or-later
// host/http.h - requests for pages and calls under /api/, and their answers.
#ifndef GATEWAY_HOST_HTTP_H
#define GATEWAY_HOST_HTTP_H

#include "base/bytes.h"
#include "base/usec.h"

#include <stdbool.h>
#include <stddef.h>

struct connection;
struct exchange;

// --- told by server.c; false: the connection is to be closed ---

bool http_requested(struct connection *c, usec now);
bool http_body(struct connection *c, struct bytes part);
bool http_body_ended(struct connection *c, usec now);
bool http_writable(struct connection *c, usec now);
void http_closed(struct connection *c);

// Answers a bad request at once with a plain sentence; the connection is to be closed afterwards.
void http_refuse(struct connection *c, int status, const char *text);

// --- for calls.c ---

// One call under /api/, with what it came with. Valid until answered or gone.
struct http_call {
    struct exchange *exchange;
    bool post;
    const char *path;
    struct bytes body;
    const char *doctor_cookie; // NULL: none
    const char *device_cookie;
    const char *host; // for links: what the page calls us
    bool unlimited;   // the bounds per address do not hold for it
};

// Answers a call. `json` is taken over (NULL: no memory, 503); cookies are whole Set-Cookie values,
// NULL or empty ones are left out. The exchange is not to be used any more.
void http_answer(struct exchange *exchange, int status, char *json, const char *const *cookies,
                 size_t cookie_count);

// The host part of the request's own address, "host:port".
const char *http_host(const struct exchange *exchange);

#endif
