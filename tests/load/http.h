// SPDX-License-Identifier: AGPL-3.0-or-later
// load/http.h - HTTP/1.1 as a page's browser speaks it: one request, one reply.
#ifndef TESTS_LOAD_HTTP_H
#define TESTS_LOAD_HTTP_H

#include "base/bytes.h"
#include "load/queue.h"

#include <stdbool.h>

#define COOKIES_SIZE 256

// What a browser keeps of a server.
struct cookies {
    char text[COOKIES_SIZE]; // "name=value; name=value", as sent
};

struct http_request {
    const char *host; // with its port: also makes the Origin
    bool secure;
    const char *path;
    const char *body;        // NULL: GET
    const char *subprotocol; // not NULL: an upgrade to a WebSocket, GET
    const struct cookies *cookies;
};

// False for lack of memory.
bool http_write(struct queue *to, const struct http_request *request);

struct http_reply {
    int status;
    struct bytes body; // inside what was read; empty for 101
    size_t taken;      // bytes of it all
};

enum http_found { HTTP_NONE_YET, HTTP_FOUND, HTTP_BROKEN };

// Reads one whole reply with a Content-Length (or 101, 204), and keeps the cookies it sets.
enum http_found http_read(struct http_reply *reply, struct bytes from, struct cookies *cookies);

#endif
