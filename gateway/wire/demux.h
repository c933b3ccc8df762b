// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/demux.h - what kind of packet a datagram is (RFC 7983, section 7; RFC 5761, section 4).
#ifndef GATEWAY_WIRE_DEMUX_H
#define GATEWAY_WIRE_DEMUX_H

#include "base/bytes.h"

enum packet_kind {
    PACKET_STUN,
    PACKET_DTLS,
    PACKET_RTP,
    PACKET_RTCP,
    PACKET_UNKNOWN, // also anything too short for the header of its kind
};

// Looks at two bytes and the length, no further. RTP and RTCP may still be encrypted.
enum packet_kind demux(struct bytes datagram);

#endif
