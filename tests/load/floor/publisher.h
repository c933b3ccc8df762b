// SPDX-License-Identifier: AGPL-3.0-or-later
// load/floor/publisher.h - one camera or microphone: packets as they come in, sealed.
#ifndef TESTS_LOAD_FLOOR_PUBLISHER_H
#define TESTS_LOAD_FLOOR_PUBLISHER_H

#include "base/usec.h"
#include "load/floor/aead.h"
#include "load/floor/layout.h"

#include <stddef.h>
#include <stdint.h>

struct publisher {
    // given
    uint32_t source;
    uint8_t payload_type;
    // owned
    struct aead aead;
    // state
    uint64_t index; // of the next packet
    uint32_t timestamp;
};

bool publisher_init(struct publisher *publisher, uint64_t seed, uint32_t source, bool picture);
void publisher_fini(struct publisher *publisher);

// The next packet with a payload of this many bytes (at least LAYOUT_STAMP_LEN), into LAYOUT_MOST bytes.
// Returns its length as sent.
size_t publisher_write(struct publisher *publisher, uint8_t *at, size_t payload_len, bool marker,
                       uint64_t stamp_ns);

#endif
