// SPDX-License-Identifier: AGPL-3.0-or-later
// base/drops.h - why bytes of strangers were dropped: counted, never logged per packet.
#ifndef GATEWAY_BASE_DROPS_H
#define GATEWAY_BASE_DROPS_H

#include <stdint.h>

enum drop {
    DROP_UNKNOWN_KIND,  // first byte is none of RFC 7983's
    DROP_BAD_STUN,      // malformed, or no valid MESSAGE-INTEGRITY
    DROP_UNKNOWN_UFRAG, // USERNAME names no live transport
    DROP_UNKNOWN_PEER,  // source address did not pass an authenticated check
    DROP_DTLS,          // a DTLS record nobody wants
    DROP_NOT_CONNECTED, // media before keys
    DROP_BAD_SRTP,      // authentication failed
    DROP_REPLAYED,      // seen before
    DROP_BAD_RTP,       // malformed after decryption
    DROP_BAD_RTCP,
    DROP_UNKNOWN_PAYLOAD, // a payload type that was not negotiated
    DROP_UNKNOWN_STREAM,  // no line for it, or too many SSRCs
    DROP_BAD_PAYLOAD,     // a VP8 or Opus payload that is none
    DROP_NOT_ADMITTED,    // media of somebody who waits
    DROP_MUTED,           // media of somebody muted by a host
    DROP_RATE,            // over the budget of one peer
    DROP_OUTBOX_FULL,     // more to send in one turn than fits
    DROP_KINDS
};

struct drops {
    uint64_t count[DROP_KINDS];
};

// A stable lower-case word. Never NULL.
const char *drop_name(enum drop drop);

#endif
