// SPDX-License-Identifier: AGPL-3.0-or-later
// transport/dtls_flight.h - the last flight of a handshake, kept to be sent again.
#ifndef GATEWAY_TRANSPORT_DTLS_FLIGHT_H
#define GATEWAY_TRANSPORT_DTLS_FLIGHT_H

#include "base/address.h"
#include "base/bytes.h"
#include "base/usec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DTLS_MTU 1200
#define FLIGHT_DATAGRAMS 3 // ours fits one; the certificate is small

struct outbox;

// OpenSSL would send a lost flight again by a clock of its own; this one goes by the caller's.
// Its records are in clear, so a repetition can carry fresh record numbers, as RFC 6347,
// section 4.1 wants: a client may have dropped what it got, and remembers the number.
// Zero-initialised is valid.
struct flight {
    // state
    bool is_over; // the next datagram starts another flight
    uint64_t next_number;
    size_t count;
    uint16_t len[FLIGHT_DATAGRAMS];
    uint8_t bytes[FLIGHT_DATAGRAMS][DTLS_MTU];
};

// Sends one datagram and keeps it; false when the outbox is full (it is kept all the same).
bool flight_send(struct flight *flight, struct bytes datagram, const struct path *path,
                 struct outbox *out);

// Something was heard: what is sent from now on is another flight.
void flight_end(struct flight *flight);

void flight_repeat(struct flight *flight, const struct path *path, struct outbox *out);

#endif
