// SPDX-License-Identifier: AGPL-3.0-or-later
// harness/blocks_test.c - redundant sound taken apart (RFC 2198, section 4).
#include "support/blocks.h"
#include "support/check.h"

TEST(the_oldest_block_comes_first_and_the_last_has_no_length)
{
    // 960 behind, 2 bytes; then the rest
    const uint8_t packet[] = {0x80 | 111, 960 >> 6, (960 & 0x3f) << 2, 2, 111, 'a', 'b', 'c'};
    struct block blocks[BLOCKS_MAX];
    size_t count;

    CHECK(blocks_read(blocks, &count, bytes_of(packet, sizeof packet)));
    CHECK_EQ(count, 2);
    CHECK_EQ(blocks[0].age, 960);
    CHECK_EQ(blocks[0].payload_type, 111);
    CHECK_EQ(blocks[0].payload.len, 2);
    CHECK_EQ(blocks[0].payload.at[0], 'a');
    CHECK_EQ(blocks[1].payload.len, 1);
    CHECK_EQ(blocks[1].payload.at[0], 'c');
    CHECK(!blocks_read(blocks, &count, bytes_of(packet, 6)));
    CHECK(!blocks_read(blocks, &count, bytes_of(packet, 0)));
}
