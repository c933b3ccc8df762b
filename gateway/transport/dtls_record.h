// SPDX-License-Identifier: AGPL-3.0-or-later
// transport/dtls_record.h - what can be seen of DTLS records from outside (RFC 6347, section 4.1).
#ifndef GATEWAY_TRANSPORT_DTLS_RECORD_H
#define GATEWAY_TRANSPORT_DTLS_RECORD_H

#include "base/bytes.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

#define DTLS_HELLO_MARK 34 // version and random: tells one ClientHello from another

// One datagram during a handshake.
struct dtls_glance {
    bool has_hello;    // holds a part of a ClientHello
    struct bytes mark; // its first bytes, up to DTLS_HELLO_MARK; empty: it holds a later part
};

// False when a server that shakes hands has no use for the datagram: records that do not fill it
// exactly, of unknown types, alerts in clear, messages longer than any client's or further ahead
// than a handshake has messages. What is left costs OpenSSL a bounded amount of memory.
bool dtls_glance_at(struct dtls_glance *glance, struct bytes datagram) MUST_CHECK;

// Does the datagram begin with an alert?
bool dtls_is_alert(struct bytes datagram);

// Gives the records in clear new numbers, counting on from *next.
void dtls_renumber(uint8_t *datagram, size_t len, uint64_t *next);

#endif
