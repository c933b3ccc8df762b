// SPDX-License-Identifier: AGPL-3.0-or-later
// load/frame_test.c - WebSocket frames of all lengths go out masked and come in whole.
#include "load/frame.h"

#include "base/err.h"
#include "support/check.h"

#include <string.h>

// The server's frame that a client's would be: unmasked.
static size_t unmask(uint8_t *at, size_t len)
{
    size_t head = 2;
    uint8_t mask[4];

    CHECK(at[1] & 0x80);
    at[1] &= 0x7f;
    head += at[1] == 126 ? 2 : at[1] == 127 ? 8 : 0;
    memcpy(mask, at + head, 4);
    memmove(at + head, at + head + 4, len - head - 4);
    for (size_t i = 0; head + i < len - 4; i++)
        at[head + i] ^= mask[i & 3];
    return len - 4;
}

TEST(every_length_is_read_as_it_was_written)
{
    static const size_t lengths[] = {0, 1, 125, 126, 127, 65535, 65536, 70000};
    static uint8_t payload[70000];

    for (size_t i = 0; i < sizeof payload; i++)
        payload[i] = (uint8_t)(i * 7);
    for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
        struct queue out = {0};
        struct frame frame;
        size_t len;

        CHECK(frame_write(&out, FRAME_TEXT, bytes_of(payload, lengths[i]), 0x01020304));
        len = unmask(out.at + out.start, out.len);
        for (size_t part = 0; part < len; part += part < 20 ? 1 : 997)
            CHECK_EQ(frame_read(&frame, bytes_of(out.at, part)), FRAME_NONE_YET);
        CHECK_EQ(frame_read(&frame, bytes_of(out.at, len)), FRAME_FOUND);
        CHECK_EQ(frame.kind, FRAME_TEXT);
        CHECK(frame.last);
        CHECK_EQ(frame.taken, len);
        CHECK(bytes_equal(frame.payload, bytes_of(payload, lengths[i])));
        queue_fini(&out);
    }
}

TEST(a_server_that_masks_or_sends_too_much_is_broken)
{
    static const uint8_t masked[] = {0x81, 0x81, 1, 2, 3, 4, 5};
    static const uint8_t reserved[] = {0xc1, 0x00};
    static const uint8_t huge[] = {0x82, 127, 0, 0, 0, 1, 0, 0, 0, 0};
    struct frame frame;

    CHECK_EQ(frame_read(&frame, bytes_of(masked, sizeof masked)), FRAME_BROKEN);
    CHECK_EQ(frame_read(&frame, bytes_of(reserved, sizeof reserved)), FRAME_BROKEN);
    CHECK_EQ(frame_read(&frame, bytes_of(huge, sizeof huge)), FRAME_BROKEN);
}

TEST(a_queue_gives_back_what_was_put_in_and_holds_nothing_when_empty)
{
    struct queue q = {0};
    uint8_t next_in = 0, next_out = 0;

    for (int round = 0; round < 500; round++) {
        uint8_t bytes[37];

        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = next_in++;
        CHECK(queue_put(&q, bytes_of(bytes, sizeof bytes)));
        for (int i = 0; i < 31; i++) {
            CHECK_EQ(queue_bytes(&q).at[0], next_out);
            next_out++;
            queue_drop(&q, 1);
        }
    }
    CHECK_EQ(q.len, 500u * 6);
    queue_drop(&q, q.len);
    CHECK(!q.at);
}
