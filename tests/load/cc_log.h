// SPDX-License-Identifier: AGPL-3.0-or-later
// load/cc_log.h - what came since the last transport-wide feedback, and that feedback.
#ifndef TESTS_LOAD_CC_LOG_H
#define TESTS_LOAD_CC_LOG_H

#include "base/bytes.h"
#include "base/usec.h"
#include "wire/transport_cc.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CC_LOG_MOST 256
#define CC_LOG_FEEDBACK 1200

// Zero-initialised is valid.
struct cc_log {
    bool started;
    uint16_t base; // first number not reported on
    uint8_t feedback_seq;
    uint16_t count;
    struct transport_cc_arrival list[CC_LOG_MOST]; // in order of arrival
};

// True: it is full, and feedback is due at once.
bool cc_log_add(struct cc_log *a, usec at, uint16_t seq);

// Writes one packet of feedback about what came; 0: nothing did. To be called until then.
size_t cc_log_write(struct cc_log *a, uint32_t sender, uint32_t media,
                    uint8_t to[static CC_LOG_FEEDBACK]);

#endif
