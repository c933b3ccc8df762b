// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/red_test.c - the layout of RFC 2198, and packets that lie about it.
#include "wire/red.h"

#include "support/check.h"

#include <string.h>

#define BYTES(text) bytes_of((text), sizeof(text) - 1)

static bool is(struct bytes got, const char *want)
{
    return bytes_equal(got, bytes_of_string(want));
}

TEST(a_primary_alone_has_a_header_of_one_byte)
{
    struct red red;

    CHECK(red_read(&red, BYTES("\x6f"
                               "new")));
    CHECK_EQ(red.payload_type, 111);
    CHECK_EQ(red.count, 0);
    CHECK(is(red.primary, "new"));
}

TEST(redundant_blocks_stand_before_the_primary_with_their_distance_in_time)
{
    struct red red;

    // F, type 111, offset 1920 (14 bits), length 3 (10 bits)
    CHECK(red_read(&red, BYTES("\xef\x1e\x00\x03"
                               "\xee\x0f\x00\x02"
                               "\x6f"
                               "old"
                               "ol"
                               "new")));
    CHECK_EQ(red.count, 2);
    CHECK_EQ(red.blocks[0].payload_type, 111);
    CHECK_EQ(red.blocks[0].offset, 1920);
    CHECK(is(red.blocks[0].payload, "old"));
    CHECK_EQ(red.blocks[1].payload_type, 110);
    CHECK_EQ(red.blocks[1].offset, 960);
    CHECK(is(red.blocks[1].payload, "ol"));
    CHECK(is(red.primary, "new"));
}

TEST(an_empty_block_is_a_block)
{
    struct red red;

    CHECK(red_read(&red, BYTES("\xef\x0f\x00\x00"
                               "\x6f"
                               "n")));
    CHECK_EQ(red.count, 1);
    CHECK_EQ(red.blocks[0].payload.len, 0);
    CHECK(is(red.primary, "n"));
}

TEST(offsets_and_lengths_use_all_their_bits)
{
    static uint8_t packet[4 + 1 + 1023 + 1] = {0xff, 0xff, 0xff, 0xff, 0x6f};
    struct red red;

    CHECK(red_read(&red, bytes_of(packet, sizeof packet)));
    CHECK_EQ(red.blocks[0].payload_type, 127);
    CHECK_EQ(red.blocks[0].offset, RED_OFFSET_MAX);
    CHECK_EQ(red.blocks[0].payload.len, RED_LEN_MAX);
    CHECK_EQ(red.primary.len, 1);
    CHECK(!red_read(&red, bytes_of(packet, sizeof packet - 1))); // no primary
}

TEST(red_that_lies_is_refused)
{
    const struct bytes good = BYTES("\xef\x1e\x00\x03"
                                    "\xef\x0f\x00\x03"
                                    "\x6f"
                                    "old"
                                    "mid"
                                    "n");
    uint8_t headers[100];
    struct red red;

    CHECK(red_read(&red, good));
    for (size_t len = 0; len < good.len; len++)
        CHECK(!red_read(&red, bytes_of(good.at, len)));
    memset(headers, 0x80, sizeof headers); // headers without end
    CHECK(!red_read(&red, bytes_of(headers, sizeof headers)));
    for (size_t blocks = 0; blocks < 20; blocks++) {
        memset(headers, 0, sizeof headers);
        for (size_t i = 0; i < blocks; i++)
            headers[4 * i] = 0x80;
        CHECK_EQ(red_read(&red, bytes_of(headers, sizeof headers)), blocks <= RED_BLOCKS);
    }
}

TEST(what_is_written_is_read_again)
{
    struct red red = {.payload_type = 111, .primary = BYTES("primary"), .count = RED_BLOCKS};
    uint8_t memory[200];
    struct red again;

    for (uint8_t i = 0; i < RED_BLOCKS; i++)
        red.blocks[i] = (struct red_block){.payload_type = (uint8_t)(100 + i),
                                           .offset = (uint16_t)(RED_OFFSET_MAX - 960u * i),
                                           .payload = bytes_of("abcdefgh", i)};
    struct writer out = writer_over(memory, sizeof memory);
    red_write(&out, &red);
    CHECK(out.ok);
    CHECK(red_read(&again, bytes_of(memory, writer_len(&out))));
    CHECK_EQ(again.count, RED_BLOCKS);
    CHECK_EQ(again.payload_type, 111);
    CHECK(bytes_equal(again.primary, red.primary));
    for (uint8_t i = 0; i < RED_BLOCKS; i++) {
        CHECK_EQ(again.blocks[i].payload_type, 100 + i);
        CHECK_EQ(again.blocks[i].offset, red.blocks[i].offset);
        CHECK(bytes_equal(again.blocks[i].payload, red.blocks[i].payload));
    }
}

TEST(what_red_cannot_say_is_not_written)
{
    static uint8_t large[RED_LEN_MAX + 1];
    uint8_t memory[3000];
    struct red red = {.payload_type = 111, .primary = BYTES("p"), .count = 1};
    struct writer out = writer_over(memory, sizeof memory);

    red.blocks[0] = (struct red_block){.offset = RED_OFFSET_MAX + 1, .payload = BYTES("b")};
    red_write(&out, &red);
    CHECK(!out.ok);
    out = writer_over(memory, sizeof memory);
    red.blocks[0] = (struct red_block){.offset = 1, .payload = bytes_of(large, sizeof large)};
    red_write(&out, &red);
    CHECK(!out.ok);
    out = writer_over(memory, 5);
    red.blocks[0] = (struct red_block){.offset = 1, .payload = BYTES("b")};
    red_write(&out, &red);
    CHECK(!out.ok);
}
