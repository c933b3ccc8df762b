// SPDX-License-Identifier: AGPL-3.0-or-later
// transport/records.h - DTLS records as a browser or a stranger may write them.
#ifndef TESTS_TRANSPORT_RECORDS_H
#define TESTS_TRANSPORT_RECORDS_H

#include "base/bytes.h"
#include "transport/outbox.h"

#define DTLS_RECORD_LEN 13
#define DTLS_MESSAGE_LEN 12

bool dtls_is_record(const struct outgoing *datagram);

// A good ClientHello of nobody's; returns its length.
size_t dtls_make_hello(uint8_t at[static OUTBOX_MTU]);

// Offers TLS_NULL_WITH_NULL_NULL only (ASVS 5.0, 17.2.6).
struct bytes dtls_null_hello(uint8_t at[static 128], uint8_t random);

// One record of `len` bytes `fill`.
struct bytes dtls_record(uint8_t at[static OUTBOX_MTU], uint8_t type, uint16_t epoch,
                         uint64_t number, size_t len, uint8_t fill);

// The first byte of a handshake message `number` that says it has `len`. Each call is another
// record.
struct bytes dtls_fragment_ahead(uint8_t at[static OUTBOX_MTU], uint16_t number, uint32_t len);

#endif
