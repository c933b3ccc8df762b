// SPDX-License-Identifier: AGPL-3.0-or-later
// load/floor/frames_test.c - frames weigh what the bitrate says, and their parts what the frame does.
#include "load/floor/frames.h"

#include "support/check.h"

TEST(frames_come_to_the_bitrate)
{
    struct frames frames = frames_of_bitrate(1500000, 1);
    size_t bytes = 0;

    for (size_t i = 0; i < 100 * FRAME_RATE; i++)
        bytes += frames_next(&frames);
    CHECK(bytes * 8 / 100 > 1450000);
    CHECK(bytes * 8 / 100 < 1550000);
}

TEST(the_base_layer_weighs_most)
{
    struct frames frames = frames_of_bitrate(1500000, 1);
    size_t base = 0, top = 0;

    for (size_t i = 0; i < 400; i++) {
        const size_t frame = frames_next(&frames);

        if (i % 4 == 0)
            base += frame;
        else if (i % 2 == 1)
            top += frame / 2;
    }
    CHECK(base > 2 * top);
}

TEST(parts_sum_up_differ_by_a_byte_and_the_longer_are_last)
{
    for (size_t frame = 1; frame < 20000; frame += 37) {
        const size_t packets = frame_packets(frame, 1176);
        size_t sum = 0;

        for (size_t n = 0; n < packets; n++) {
            const size_t len = frame_packet_len(frame, packets, n);

            CHECK(len <= 1176);
            CHECK(n == 0 || len >= frame_packet_len(frame, packets, n - 1));
            CHECK(len <= frame_packet_len(frame, packets, 0) + 1);
            sum += len;
        }
        CHECK_EQ(sum, frame);
    }
}
