// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/stream_in.h - reception statistics of one incoming SSRC (RFC 3550, appendix A).
#ifndef GATEWAY_SFU_STREAM_IN_H
#define GATEWAY_SFU_STREAM_IN_H

#include "base/usec.h"

#include <stdbool.h>
#include <stdint.h>

struct rtcp_report;

enum stream_in_verdict {
    STREAM_IN_NEWEST,   // in order, or behind a gap
    STREAM_IN_LATE,     // older than the newest; perhaps a duplicate
    STREAM_IN_JUMP,     // far away from the others: not to be used, unless the next one follows it
    STREAM_IN_RESTARTED // it did: the sender counts anew from here
};

struct stream_in {
    // given
    uint32_t ssrc;
    uint32_t rate;
    // state
    bool started;
    int64_t highest; // unrolled; starts as the first number
    int64_t first;
    int64_t received;
    uint16_t jump; // the number that would confirm a restart
    bool has_jump;
    int64_t expected_before; // at the last report
    int64_t received_before;
    uint32_t transit;
    bool has_transit;
    uint32_t jitter_16; // times 16
    uint32_t last_sr;
    usec last_sr_at;
};

void stream_in_init(struct stream_in *stream, uint32_t ssrc, uint32_t rate);

// A packet arrived by itself (retransmissions are a stream of their own).
enum stream_in_verdict stream_in_received(struct stream_in *stream, usec now, uint16_t seq,
                                          uint32_t timestamp);

// A sender report arrived.
void stream_in_sender_reported(struct stream_in *stream, usec now, uint64_t ntp);

// Fills a report block and starts the next reporting interval. False before the first packet.
bool stream_in_report(struct stream_in *stream, usec now, struct rtcp_report *report);

#endif
