// SPDX-License-Identifier: AGPL-3.0-or-later
// load/outflow.h - one RTP stream an agent sends: numbers, header, sender reports.
#ifndef TESTS_LOAD_OUTFLOW_H
#define TESTS_LOAD_OUTFLOW_H

#include "base/bytes.h"
#include "base/usec.h"
#include "load/session.h"

#define OUTFLOW_PACKET 1200 // of RTP, before it is sealed
#define OUTFLOW_HEADER 64   // more than any header of ours

struct outflow {
    // borrowed: outlives this
    const struct session_line *line;
    uint16_t *transport_seq; // shared by all of an agent
    // given
    const char *rid; // NULL: none
    uint32_t ssrc;
    uint32_t rtx_ssrc;
    uint32_t timestamp_base;
    // state
    uint16_t seq;
    uint16_t rtx_seq;
    bool is_known; // a report of the other side has named it: mid and rid are said no more
    uint32_t packets;
    uint32_t octets;
    usec next_report;
};

void outflow_init(struct outflow *f, const struct session_line *line, size_t layer, const char *rid,
                  uint64_t seed, uint16_t *transport_seq);

struct outflow_packet {
    bool again; // as RTX of `seq`
    bool marker;
    uint8_t level; // of sound
    uint16_t seq;
    uint32_t timestamp; // without timestamp_base
    usec now;
};

// Header (and of RTX the original number); the payload follows it.
void outflow_write(struct outflow *f, const struct outflow_packet *p, struct writer *out);

// True once a second: a sender report with SDES stands in `out`.
bool outflow_report(struct outflow *f, usec now, uint32_t timestamp, const char *cname,
                    struct writer *out);

#endif
