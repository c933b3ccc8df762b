// SPDX-License-Identifier: AGPL-3.0-or-later
// transport/certificate.h - the self-signed P-256 certificate our DTLS shows, made at start.
#ifndef GATEWAY_TRANSPORT_CERTIFICATE_H
#define GATEWAY_TRANSPORT_CERTIFICATE_H

#include "base/err.h"
#include "transport/transport.h"

struct certificate;

// Makes a key, a self-signed certificate (its name is random) and the DTLS server context.
enum err certificate_create(struct certificate **made) MUST_CHECK;
void certificate_destroy(struct certificate *certificate);

// SHA-256 of our certificate, for the answer.
const struct fingerprint *certificate_fingerprint(const struct certificate *certificate);

// For transport/dtls.c: the DTLS server's settings, and how it reaches an outbox.
struct ssl_ctx_st *certificate_settings(const struct certificate *certificate);
const struct bio_method_st *certificate_bio_method(const struct certificate *certificate);

#endif
