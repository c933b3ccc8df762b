// SPDX-License-Identifier: AGPL-3.0-or-later
// support/dtls_client.h - a browser's half of DTLS-SRTP, in virtual time.
#ifndef TESTS_SUPPORT_DTLS_CLIENT_H
#define TESTS_SUPPORT_DTLS_CLIENT_H

#include "base/bytes.h"
#include "base/err.h"
#include "transport/transport.h"

#define DTLS_CLIENT_SALT_MAX 14

enum dtls_client_certificate {
    DTLS_CLIENT_OWN,   // the one whose fingerprint it tells
    DTLS_CLIENT_OTHER, // it tells one and shows another
    DTLS_CLIENT_NONE,
};

// A key, its certificate and the settings made of them, for any number of clients, on any threads.
struct dtls_identity;

struct dtls_client_options {
    struct dtls_identity *
        identity; // borrowed, outlives the client; NULL: one of its own. Given, the rest is settled
    enum dtls_client_certificate certificate;
    const char
        *srtp_profiles; // OpenSSL's names with colons; NULL: CM, then GCM, as Chromium; "": none
    bool rsa;           // shows an RSA certificate, as GStreamer does
    bool
        in_force; // its certificate is; else it is expired, which must not matter (to Janus it does)
};

// Key and salt, one after another.
struct dtls_client_keys {
    bool gcm; // AEAD_AES_128_GCM, else AES_CM_128_HMAC_SHA1_80
    uint8_t local[16 + DTLS_CLIENT_SALT_MAX];
    uint8_t remote[16 + DTLS_CLIENT_SALT_MAX];
};

enum dtls_client_state { DTLS_CLIENT_RUNNING, DTLS_CLIENT_DONE, DTLS_CLIENT_FAILED };

struct dtls_client;

enum err dtls_identity_create(struct dtls_identity **made,
                              const struct dtls_client_options *options) MUST_CHECK;
void dtls_identity_destroy(struct dtls_identity *identity);

// The key is drawn by OpenSSL: the one thing of a run that its seed does not fix.
enum err dtls_client_create(struct dtls_client **made, const struct dtls_client_options *options)
    MUST_CHECK;
void dtls_client_destroy(struct dtls_client *client);

// SHA-256 of its certificate, for the offer.
const struct fingerprint *dtls_client_fingerprint(const struct dtls_client *client);
// By another hash.
struct fingerprint dtls_client_fingerprint_by(const struct dtls_client *client,
                                              enum fingerprint_hash hash);

// Starts the handshake, sends lost flights again. Datagrams leave by `path`.
void dtls_client_tick(struct dtls_client *client, usec now, const struct path *path,
                      struct outbox *out);
usec dtls_client_deadline(const struct dtls_client *client);
void dtls_client_receive(struct dtls_client *client, usec now, struct bytes datagram,
                         const struct path *path, struct outbox *out);

// An authenticated goodbye.
void dtls_client_close(struct dtls_client *client, usec now, const struct path *path,
                       struct outbox *out);

// FAILED also when the server showed another certificate than `expected`.
enum dtls_client_state dtls_client_state(const struct dtls_client *client,
                                         const struct fingerprint *expected);

// False until it is done, and when no SRTP profile was agreed on.
bool dtls_client_keys(const struct dtls_client *client, struct dtls_client_keys *keys) MUST_CHECK;

#endif
