// SPDX-License-Identifier: AGPL-3.0-or-later
// load/inflow.h - one RTP stream an agent receives: what came, twice, late or never, and what to ask for.
#ifndef TESTS_LOAD_INFLOW_H
#define TESTS_LOAD_INFLOW_H

#include "base/usec.h"
#include "load/agent.h"
#include "load/stamp.h"

#define INFLOW_WINDOW 2048 // numbers, a power of two
#define INFLOW_MISSING 128 // asked for at once
#define INFLOW_ASKED 64

struct inflow_missing {
    uint16_t seq;
    uint8_t asks;
    usec next_ask;
};

struct inflow {
    // given
    uint32_t ssrc;
    enum agent_kind kind;
    bool repairs;     // it is the RTX of `repaired`
    bool asks;        // NACK was agreed on
    int16_t repaired; // index of the flow it repairs, -1: not told
    // state
    bool started;
    int64_t highest;
    int64_t counted_from; // the first number of this count
    uint64_t seen[INFLOW_WINDOW / 64];
    struct agent_flow counts; // without expected and lost: see inflow_counts
    size_t missing_count;
    struct inflow_missing missing[INFLOW_MISSING]; // in order of arrival of the news
    bool wants_key;                                // something was given up
    usec key_asked_at;
    // by stamps
    bool has_source;
    uint32_t source;
    uint32_t source_highest;
    // for receiver reports
    uint64_t reported_expected;
    uint64_t reported_received;
    uint32_t last_sr; // middle of the NTP time
    usec last_sr_at;
};

void inflow_init(struct inflow *f, uint32_t ssrc, enum agent_kind kind, bool asks);

// A number by itself (not by RTX). False: it came before.
bool inflow_take(struct inflow *f, usec now, uint16_t seq, size_t bytes);
// A number by RTX. False: it was not missing.
bool inflow_repair(struct inflow *f, uint16_t seq);
// A stamp of its payload: what its publisher numbered and the server left out is counted.
void inflow_stamped(struct inflow *f, const struct stamp *stamp);

struct agent_flow inflow_counts(const struct inflow *f);
void inflow_count_anew(struct inflow *f);

// Numbers to ask for now, in ascending order of their news.
size_t inflow_missing(struct inflow *f, usec now, usec rtt, uint16_t seqs[static INFLOW_ASKED]);
usec inflow_deadline(const struct inflow *f);
// Once per half second while something it needed was given up.
bool inflow_wants_key(struct inflow *f, usec now);

struct rtcp_report;
// RFC 3550, section 6.4.1; counts on from the last one.
void inflow_report(struct inflow *f, usec now, struct rtcp_report *report);

#endif
