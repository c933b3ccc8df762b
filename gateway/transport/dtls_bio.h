// SPDX-License-Identifier: AGPL-3.0-or-later
// transport/dtls_bio.h - the network as OpenSSL sees it: one datagram in, an outbox out.
#ifndef GATEWAY_TRANSPORT_DTLS_BIO_H
#define GATEWAY_TRANSPORT_DTLS_BIO_H

#include "base/bytes.h"
#include "transport/dtls_flight.h"
#include "transport/openssl.h"

// What a BIO of ours works on; set anew for each call into OpenSSL.
struct dtls_bio {
    // borrowed, for one call
    struct bytes pending; // the datagram to be read; empty: none
    const struct path *path;
    struct outbox *out; // NULL: what is written vanishes
    // state
    bool wrote;
    struct flight flight;
};

BIO_METHOD *dtls_bio_method_create(void);
void dtls_bio_method_destroy(BIO_METHOD *method);

// NULL when out of memory. `bio` is borrowed by it.
BIO *dtls_bio_open(const BIO_METHOD *method, struct dtls_bio *bio);

#endif
