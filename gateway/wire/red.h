// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/red.h - several frames of sound in one packet (RFC 2198).
#ifndef GATEWAY_WIRE_RED_H
#define GATEWAY_WIRE_RED_H

#include "base/bytes.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

#define RED_BLOCKS 8u          // redundant ones; packets with more are refused
#define RED_OFFSET_MAX 0x3fffu // 14 bits of timestamp
#define RED_LEN_MAX 0x3ffu     // 10 bits of length

// Points into the packet it was read from.
struct red_block {
    uint8_t payload_type;
    uint16_t offset; // its timestamp lies this much before that of the packet
    struct bytes payload;
};

struct red {
    uint8_t payload_type; // of the primary
    struct bytes primary; // the newest; never empty
    uint8_t count;
    struct red_block
        blocks[RED_BLOCKS]; // as they stand: the oldest first, if its sender is any good
};

// False when headers or blocks run past the end, there are too many blocks, or no primary.
bool red_read(struct red *red, struct bytes payload) MUST_CHECK;

// Offsets and lengths are within their bits, or the writer fails.
void red_write(struct writer *out, const struct red *red);

#endif
