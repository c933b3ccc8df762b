// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/estimate/sent_history.h - what was sent under which transport-wide number, until it is reported on.
#ifndef GATEWAY_SFU_ESTIMATE_SENT_HISTORY_H
#define GATEWAY_SFU_ESTIMATE_SENT_HISTORY_H

#include "base/err.h"
#include "base/usec.h"

#include <stdbool.h>
#include <stdint.h>

#define SENT_HISTORY_LEAST 1024
#define SENT_HISTORY_MOST 4096

enum sent_state { SENT_SKIPPED, SENT_UNREPORTED, SENT_LOST, SENT_RECEIVED };

struct sent_packet {
    usec sent_at;
    uint16_t size;
    uint8_t probe;
    uint8_t state; // enum sent_state
};

struct sent_entry;

struct sent_history {
    struct sent_entry *packets; // owned; a ring of a power of two
    uint32_t capacity;
    usec newest_at; // when anything was sent last
    int64_t first;  // oldest number kept
    int64_t next;   // number after the newest
    int64_t told;   // newest number reported on, or -1
};

enum err sent_history_init(struct sent_history *history) MUST_CHECK;
void sent_history_fini(struct sent_history *history);

// Numbers follow each other; those left out are never found. A step back or of more than a ring
// begins anew. Grows while the oldest is young and not reported on, else forgets the oldest.
// Returns the number, unrolled.
int64_t sent_history_add(struct sent_history *history, usec now, uint16_t seq, uint16_t size,
                         uint8_t probe);

// The number that `seq` stands for; it need not be one of ours.
int64_t sent_history_number(const struct sent_history *history, uint16_t seq);

enum sent_report {
    REPORT_NOTHING,  // never sent, forgotten, or told before
    REPORT_LOST,     // first news of it
    REPORT_RECEIVED, // first news of it
    REPORT_FOUND,    // was told lost, but has arrived
};

// `packet` is set unless it is REPORT_NOTHING.
enum sent_report sent_history_report(struct sent_history *history, int64_t number, bool received,
                                     struct sent_packet *packet);

// Whether packets between the newest told of and this number have not been reported on: feedback was lost.
bool sent_history_has_gap(const struct sent_history *history, int64_t number);

// Everything in flight is forgotten; numbers go on.
void sent_history_forget(struct sent_history *history);

#endif
