// SPDX-License-Identifier: AGPL-3.0-or-later
// load/stamp.h - when a packet left, and which it is, in the last bytes of its payload.
#ifndef TESTS_LOAD_STAMP_H
#define TESTS_LOAD_STAMP_H

#include "base/bytes.h"
#include "base/usec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STAMP_LEN 18
#define STAMP_LEAST 40 // a payload shorter than that is left as it is: its head is needed

struct stamp {
    uint32_t source; // one per layer or microphone
    uint32_t count;  // of its packets
    usec sent;       // loop_now of the machine it left
};

// Over the end of the payload. False when it is too short.
bool stamp_write(uint8_t *payload, size_t len, const struct stamp *stamp);
bool stamp_read(struct stamp *stamp, struct bytes payload);

#endif
