// SPDX-License-Identifier: AGPL-3.0-or-later
// load/arrivals.h - what came since the last transport-wide feedback, and that feedback.
#ifndef TESTS_LOAD_ARRIVALS_H
#define TESTS_LOAD_ARRIVALS_H

#include "base/bytes.h"
#include "base/usec.h"
#include "wire/transport_cc.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARRIVALS_MOST 256
#define ARRIVALS_FEEDBACK 1200

// Zero-initialised is valid.
struct arrivals {
    bool started;
    uint16_t base; // first number not reported on
    uint8_t feedback_seq;
    uint16_t count;
    struct transport_cc_arrival list[ARRIVALS_MOST]; // in order of arrival
};

// True: it is full, and feedback is due at once.
bool arrivals_add(struct arrivals *a, usec at, uint16_t seq);

// Writes one packet of feedback about what came; 0: nothing did. To be called until then.
size_t arrivals_write(struct arrivals *a, uint32_t sender, uint32_t media,
                      uint8_t to[static ARRIVALS_FEEDBACK]);

#endif
