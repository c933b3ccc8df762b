// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/demux.c - what kind of packet a datagram is.
#include "wire/demux.h"

#define STUN_LEAST 20 // the header
#define DTLS_LEAST 13 // the header of a record
#define RTP_LEAST 12
#define RTCP_LEAST 8 // its header is 4 bytes, but SRTCP needs the SSRC behind it

static enum packet_kind at_least(struct bytes datagram, size_t len, enum packet_kind kind)
{
    return datagram.len >= len ? kind : PACKET_UNKNOWN;
}

enum packet_kind demux(struct bytes datagram)
{
    if (datagram.len < 2)
        return PACKET_UNKNOWN;

    const uint8_t first = datagram.at[0];
    const uint8_t second = datagram.at[1];
    if (first <= 3)
        return at_least(datagram, STUN_LEAST, PACKET_STUN);
    if (first >= 20 && first <= 63)
        return at_least(datagram, DTLS_LEAST, PACKET_DTLS);
    if (first < 128 || first > 191)
        return PACKET_UNKNOWN;
    // Payload types 64..95 are kept free for RTCP, whatever the marker bit says.
    if ((second & 0x7f) >= 64 && (second & 0x7f) <= 95)
        return at_least(datagram, RTCP_LEAST, second & 0x80 ? PACKET_RTCP : PACKET_UNKNOWN);
    return at_least(datagram, RTP_LEAST, PACKET_RTP);
}
