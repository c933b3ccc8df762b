// SPDX-License-Identifier: AGPL-3.0-or-later
// transport/dtls.h - the DTLS 1.2 server of one transport: agrees on SRTP keys, then is done.
#ifndef GATEWAY_TRANSPORT_DTLS_H
#define GATEWAY_TRANSPORT_DTLS_H

#include "base/address.h"
#include "base/bytes.h"
#include "base/drops.h"
#include "base/err.h"
#include "transport/srtp.h"
#include "transport/transport.h"

// One handshake shows its client's certificate and proves its key; but anyone who can forge the
// source address can begin one. So two may run beside each other (a forged ClientHello neither
// ends nor displaces a handshake under way), the first that completes counts, one that fails
// says nothing and leaves its place, and after four nothing new is begun.
#define DTLS_ATTEMPTS 2
#define DTLS_MAX_RESETS 3

struct dtls_attempt;

enum dtls_progress {
    DTLS_RUNNING,
    DTLS_KEYS,       // the handshake completed just now
    DTLS_WRONG_PEER, // it completed, with another certificate
};

struct dtls {
    // given
    struct fingerprint remote;
    // borrowed: outlives this
    struct certificate *certificate;
    // owned
    struct dtls_attempt *attempts[DTLS_ATTEMPTS]; // the newer one first
    // state
    unsigned begun;
    bool is_established; // one attempt is left, and it is complete
    bool is_closed;      // the other side said close_notify
    usec rtt;            // of our own exchanges, 0: unknown
};

void dtls_init(struct dtls *dtls, struct certificate *certificate,
               const struct fingerprint *remote);

// Frees what OpenSSL holds. Later records are dropped.
void dtls_fini(struct dtls *dtls);

// A datagram that came over a path proved by ICE. Answers leave by `path`.
enum dtls_progress dtls_receive(struct dtls *dtls, usec now, struct bytes datagram,
                                const struct path *path, struct outbox *out, struct drops *drops);

// Once, after DTLS_KEYS. The caller wipes them. ERR_STATE: no SRTP profile we know was agreed on.
enum err dtls_export(struct dtls *dtls, struct srtp_keys *keys) MUST_CHECK;

// Sends a lost flight again.
void dtls_tick(struct dtls *dtls, usec now, const struct path *path, struct outbox *out);
usec dtls_deadline(const struct dtls *dtls);

#endif
