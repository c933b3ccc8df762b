// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/transport_cc.h - transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions).
#ifndef GATEWAY_WIRE_TRANSPORT_CC_H
#define GATEWAY_WIRE_TRANSPORT_CC_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/usec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct feedback;

// One feedback packet, checked as a whole when read, then walked.
struct transport_cc {
    uint16_t base;        // the first transport-wide sequence number reported on
    uint16_t count;       // how many are
    int32_t reference;    // arrival clock of the receiver in 64 ms, 24 bits that wrap
    uint8_t feedback_seq; // counts feedback packets
    // state of the walk
    struct reader chunks;
    struct reader deltas;
    uint16_t done;
    uint16_t chunk;
    uint16_t chunk_left;
    usec at;
};

struct transport_cc_status {
    uint16_t seq;
    bool received;
    usec arrival; // on the receiver's clock, which wraps every 2^24 * 64 ms
};

// How many packets it says it reports on, before it is read; 0: it is cut off.
uint16_t transport_cc_count(const struct feedback *feedback);

// False when the statuses run past the chunks or the arrival deltas past the end.
bool transport_cc_read(struct transport_cc *cc, const struct feedback *feedback) MUST_CHECK;

// The next of `count` statuses, in order of sequence numbers.
bool transport_cc_next(struct transport_cc *cc, struct transport_cc_status *status);

struct transport_cc_arrival {
    uint16_t seq;
    usec at;
};

struct transport_cc_fields {
    uint32_t sender;
    uint32_t media;
    uint16_t base; // first number not reported on yet; what is missing from there on is lost
    uint8_t feedback_seq;
};

// Writes one feedback packet about as many of `arrivals` (ascending by number, each after the
// one before, base not after the first) as fit into it and into `room` bytes of `out`. Returns how
// many it covers: the caller goes on behind them with base = last covered + 1 and feedback_seq + 1.
// 0: not even one fits, and nothing was written.
size_t transport_cc_write(struct writer *out, const struct transport_cc_fields *fields,
                          const struct transport_cc_arrival *arrivals, size_t count, size_t room);

#endif
