// SPDX-License-Identifier: AGPL-3.0-or-later
// load/tcp.h - one TCP connection to a server, with TLS or without, that never waits.
#ifndef TESTS_LOAD_TCP_H
#define TESTS_LOAD_TCP_H

#include "base/address.h"
#include "load/queue.h"

#include <stdbool.h>
#include <stdint.h>

#define TCP_WHY_SIZE 160

struct ssl_st; // of OpenSSL
struct ssl_ctx_st;

enum tcp_stage { TCP_CONNECTING, TCP_HANDSHAKE, TCP_OPEN, TCP_ENDED };

struct tcp {
    // owned
    struct ssl_st *tls; // NULL: plain
    int descriptor;     // -1: none
    // state: what came and was not taken; what is said and has not left
    struct queue in;
    struct queue out;
    enum tcp_stage stage;
    bool refused; // nobody listens there
    char why[TCP_WHY_SIZE];
};

// A context for tcp_open. `authorities`: PEM file, NULL: the system's; `any`: takes any certificate. NULL when
// the file cannot be read. To be given to tcp_tls_destroy.
struct ssl_ctx_st *tcp_tls_create(const char *authorities, bool any);
void tcp_tls_destroy(struct ssl_ctx_st *tls);

// Begins to connect, from `from`'s IP when it is not all zero. `tls` NULL: plain; `name`: what its certificate must
// be for. False: it has ended already, `why` says.
bool tcp_open(struct tcp *t, const struct address *to, const struct address *from,
              struct ssl_ctx_st *tls, const char *name);

// After its descriptor was ready, or `out` was filled. False: it has ended; what came before is still in `in`.
bool tcp_work(struct tcp *t);
bool tcp_wants_to_write(const struct tcp *t);

void tcp_close(struct tcp *t);

#endif
