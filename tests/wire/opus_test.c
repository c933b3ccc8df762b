// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/opus_test.c - durations of all configurations, framing that lies.
#include "wire/opus.h"

#include "support/check.h"

#include <string.h>

static uint32_t samples_of(const char *text, size_t len)
{
    return opus_samples(bytes_of(text, len));
}
#define SAMPLES(text) samples_of((text), sizeof(text) - 1)

TEST(every_configuration_has_its_frame_length)
{
    for (unsigned config = 0; config < 32; config++) {
        static const uint32_t silk[] = {480, 960, 1920, 2880};
        static const uint32_t celt[] = {120, 240, 480, 960};
        const uint8_t packet[] = {(uint8_t)(config << 3), 1, 2, 3};
        const uint32_t want = config < 12   ? silk[config % 4]
                              : config < 16 ? silk[config % 2]
                                            : celt[config % 4];
        CHECK_EQ(opus_samples(bytes_of(packet, sizeof packet)), want);
    }
}

TEST(frames_are_counted_in_all_four_codes)
{
    CHECK_EQ(SAMPLES("\x78"), 960); // 20 ms, an empty frame
    CHECK_EQ(SAMPLES("\x79"
                     "ab"),
             2 * 960); // two of one length
    CHECK_EQ(SAMPLES("\x79"
                     "abc"),
             0); // which an odd rest cannot hold
    CHECK_EQ(SAMPLES("\x7a\x01"
                     "abc"),
             2 * 960); // two of lengths 1 and 2
    CHECK_EQ(SAMPLES("\x7a\x04"
                     "abc"),
             0); // the first runs over
    CHECK_EQ(SAMPLES("\x7a"), 0);
    CHECK_EQ(SAMPLES("\x7a\xfc"), 0); // half a length
    CHECK_EQ(SAMPLES("\x7b\x03"
                     "abcdef"),
             3 * 960);
    CHECK_EQ(SAMPLES("\x7b\x03"
                     "abcde"),
             0);
    CHECK_EQ(SAMPLES("\x7b\x83\x01\x02"
                     "abbccc"),
             3 * 960);
    CHECK_EQ(SAMPLES("\x7b\x83\x01\x07"
                     "abbccc"),
             0);
    CHECK_EQ(SAMPLES("\x7b\x42\x02"
                     "abcd\0\0"),
             2 * 960); // two bytes of padding
    CHECK_EQ(SAMPLES("\x7b\x42\x07"
                     "abcd\0\0"),
             0);
    CHECK_EQ(SAMPLES("\x7b\x00"), 0); // no frame at all
    CHECK_EQ(SAMPLES("\x7b"), 0);
    CHECK_EQ(SAMPLES(""), 0);
}

TEST(no_packet_lasts_longer_than_120_ms)
{
    CHECK_EQ(SAMPLES("\x7b\x06"
                     "abcdef"),
             5760);
    CHECK_EQ(SAMPLES("\x7b\x07"
                     "abcdefg"),
             0);
    CHECK_EQ(SAMPLES("\x1b\x02"
                     "ab"),
             5760); // two of 60 ms
    CHECK_EQ(SAMPLES("\x1b\x03"
                     "abc"),
             0);
    CHECK_EQ(SAMPLES("\x83\x30"
                     "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                     "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
             5760); // 48 of 2.5 ms
}

TEST(frames_and_padding_have_their_limits)
{
    char packet[4000];

    memset(packet, 'x', sizeof packet);
    packet[0] = 0x78;
    CHECK_EQ(samples_of(packet, 1276), 960);
    CHECK_EQ(samples_of(packet, 1277), 0); // a frame of 1276 bytes
    packet[0] = 0x79;
    CHECK_EQ(samples_of(packet, 2551), 2 * 960);
    CHECK_EQ(samples_of(packet, 2553), 0);
    memset(packet, 0xff, sizeof packet);
    packet[0] = 0x7b;
    packet[1] = 0x41;
    CHECK_EQ(samples_of(packet, 300), 0); // padding that never ends
    packet[3] = 0;
    packet[4] = 0;
    CHECK_EQ(samples_of(packet, 4 + 254 + 10), 960); // 255, 0: 254 bytes of it
    CHECK_EQ(samples_of(packet, 4 + 253), 0);
}

TEST(silence_is_at_most_two_bytes)
{
    CHECK(opus_is_silence(bytes_of("\x78", 1)) && opus_is_silence(bytes_of("\x78\0", 2)));
    CHECK(!opus_is_silence(bytes_of("\x78\0\0", 3)));
}
