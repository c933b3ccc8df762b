// SPDX-License-Identifier: AGPL-3.0-or-later
// support/blocks.c - headers first, then what they measure.
#include "support/blocks.h"

#define MORE_FOLLOW 0x80
#define LEN_BITS 10
#define LEN_MASK 0x3ff

bool blocks_read(struct block blocks[static BLOCKS_MAX], size_t *count, struct bytes payload)
{
    struct reader in = reader_over(payload);
    size_t lens[BLOCKS_MAX];
    bool more = true;

    for (*count = 0; more; ++*count) {
        const uint8_t first = read_u8(&in);
        if (!in.ok || *count == BLOCKS_MAX)
            return false;
        more = first & MORE_FOLLOW;
        const uint32_t rest = more ? read_u24(&in) : 0;
        blocks[*count] = (struct block){.payload_type = first & 0x7f, .age = rest >> LEN_BITS};
        lens[*count] = rest & LEN_MASK;
    }
    for (size_t i = 0; i < *count; i++)
        blocks[i].payload = i + 1 < *count ? read_bytes(&in, lens[i]) : read_rest(&in);
    return in.ok;
}
