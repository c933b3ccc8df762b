// SPDX-License-Identifier: AGPL-3.0-or-later
// support/arrived.h - transport-wide feedback as Chromium sends it.
#ifndef TESTS_SUPPORT_ARRIVED_H
#define TESTS_SUPPORT_ARRIVED_H

#include "base/bytes.h"
#include "base/rate.h"
#include "base/usec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARRIVED_WINDOW 8192 // packets, a power of two
#define ARRIVED_FEEDBACK 1200

// Every packet counts, padding and retransmissions too. What comes after later ones were reported is
// reported with all of those once more, as libwebrtc does. Zero-initialised is valid.
struct arrived {
    struct {
        int64_t seq; // + 1; 0: none
        usec at;
    } window[ARRIVED_WINDOW];
    struct rate rate;
    bool started;
    int64_t begin; // the first not reported
    int64_t end;   // behind the newest
    usec next;     // feedback
    uint8_t feedback_seq;
};

void arrived_add(struct arrived *a, usec now, uint16_t seq, uint32_t bytes);

// Every 50 to 250 ms, so that it takes about 5 % of what arrives. Writes one feedback packet; 0: nothing is due.
// To be called until then.
size_t arrived_feedback(struct arrived *a, usec now, uint32_t sender, uint32_t media,
                        uint8_t to[static ARRIVED_FEEDBACK]);

#endif
