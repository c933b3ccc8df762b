// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/streams.h - which line and layer an SSRC of one member belongs to.
#ifndef GATEWAY_SFU_STREAMS_H
#define GATEWAY_SFU_STREAMS_H

#include "base/drops.h"

#include <stdbool.h>
#include <stdint.h>

struct rtp_view;
struct transport_parameters;

#define STREAMS_MAX 32 // SSRCs one member may use in the life of a transport

struct stream {
    uint32_t ssrc;
    uint8_t line;  // index into transport_parameters.lines
    uint8_t layer; // of a simulcast line, else 0
    bool repairs;  // retransmissions (RFC 4588) of that layer
};

// Zero-initialised is valid.
struct streams {
    uint8_t count;
    struct stream at[STREAMS_MAX];
};

// The stream of a packet. An unknown SSRC is learnt from mid with rid or repaired rid (RFC 8852), else
// from what the offer announced, else by its payload type when only one line has it. The first
// owner of an SSRC keeps it. NULL, with a reason: no line for it, too many SSRCs, or a payload type
// that is not its line's.
const struct stream *streams_find(struct streams *streams,
                                  const struct transport_parameters *parameters,
                                  const struct rtp_view *rtp, enum drop *reason);

#endif
