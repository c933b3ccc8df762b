// SPDX-License-Identifier: AGPL-3.0-or-later
// support/blocks.h - the frames inside a packet of redundant sound (RFC 2198).
#ifndef TESTS_SUPPORT_BLOCKS_H
#define TESTS_SUPPORT_BLOCKS_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BLOCKS_MAX 16

struct block {
    uint8_t payload_type;
    uint32_t age; // behind the packet's timestamp
    struct bytes payload;
};

// Oldest first, the last is the packet's own. False: no such packet, or more blocks than fit. Written for the
// tests: shares nothing with gateway/wire.
bool blocks_read(struct block blocks[static BLOCKS_MAX], size_t *count, struct bytes payload);

#endif
