// SPDX-License-Identifier: AGPL-3.0-or-later
// load/page.h - one open page: calls over HTTP, then a WebSocket, on one connection.
#ifndef TESTS_LOAD_PAGE_H
#define TESTS_LOAD_PAGE_H

#include "base/address.h"
#include "base/bytes.h"
#include "base/usec.h"
#include "load/http.h"
#include "load/tcp.h"

#include <jansson.h>
#include <stdbool.h>

#define PAGE_HOST_SIZE 300

struct signals;

// Where pages connect to.
struct target {
    struct address address;
    struct address from; // IP; all zero: any
    bool secure;
    char host[PAGE_HOST_SIZE]; // with its port, as in an Origin
    char name[PAGE_HOST_SIZE]; // without
    const char *path;          // of the WebSocket
    const char *subprotocol;
};

// Whom a page tells. They may say and call, and may close the page.
struct page_owner {
    // The connection is there. NULL: nobody wants to know.
    void (*connected)(void *owner);
    // A call is answered; `body` is borrowed, NULL when it is no JSON.
    void (*replied)(void *owner, int status, const json_t *body);
    // It is a WebSocket now.
    void (*opened)(void *owner);
    // A message; borrowed.
    void (*told)(void *owner, const json_t *message);
    // The other end is gone. `why` in plain words; `code`: of the close frame, 0 without one. The page is to be
    // closed.
    void (*ended)(void *owner, const char *why, int code);
};

struct page {
    // given
    struct signals *signals;
    const struct target *target;
    const struct page_owner *owner;
    void *who; // first argument of the owner's functions
    // owned
    struct tcp tcp;
    struct queue message; // pieces of one, until the last has come
    struct cookies cookies;
    // state
    bool watched_for_room;
    bool connected;
    bool upgrading;
    bool is_socket;
    bool closed; // freed when nothing of it runs any more
    int code;    // of the close frame that came
    usec opened_at;
    struct page *next_closed;
};

// Connects. Whatever goes wrong is told through ended, never before this returns. NULL for lack of memory.
struct page *page_open(struct signals *signals, const struct target *target,
                       const struct page_owner *owner, void *who, const struct cookies *cookies);
void page_close(struct page *p); // NULL is legal

// A POST (GET when `body` is NULL; it is taken over), one at a time.
void page_call(struct page *p, const char *path, json_t *body);
void page_upgrade(struct page *p);
void page_say(struct page *p, json_t *message); // taken over

// For signals.c: its descriptor is ready.
void page_work(struct page *p);
void page_free(struct page *p);

#endif
