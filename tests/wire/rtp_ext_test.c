// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/rtp_ext_test.c - header extensions in both forms.
#include "wire/rtp_ext.h"

#include "support/check.h"
#include "wire/rtp.h"

#include <string.h>

#define ONE_BYTE(text)                                                                             \
    (struct rtp_view)                                                                              \
    {                                                                                              \
        .extension_profile = 0xbede, .extension = bytes_of(text, sizeof(text) - 1)                 \
    }
#define TWO_BYTE(text)                                                                             \
    (struct rtp_view)                                                                              \
    {                                                                                              \
        .extension_profile = 0x1005, .extension = bytes_of(text, sizeof(text) - 1)                 \
    }

static size_t count(const struct rtp_view *rtp)
{
    struct rtp_ext_walk walk = rtp_ext_walk(rtp);
    struct rtp_ext ext;
    size_t found = 0;

    while (rtp_ext_next(&walk, &ext))
        found++;
    return found;
}

static bool has(const struct rtp_view *rtp, uint8_t id, const char *text)
{
    struct bytes value;

    return rtp_ext_find(rtp, id, &value) && bytes_equal(value, bytes_of_string(text));
}

TEST(one_byte_extensions_are_found_between_padding)
{
    const struct rtp_view rtp = ONE_BYTE("\x10"
                                         "a"
                                         "\0\0"
                                         "\x22"
                                         "bcd"
                                         "\xe0"
                                         "z"
                                         "\0");

    CHECK_EQ(count(&rtp), 3);
    CHECK(has(&rtp, 1, "a") && has(&rtp, 2, "bcd") && has(&rtp, 14, "z"));
    CHECK(!has(&rtp, 3, "a"));
}

TEST(two_byte_extensions_may_be_empty_and_long)
{
    const struct rtp_view rtp = TWO_BYTE("\x01\0"
                                         "\0"
                                         "\xff\x05"
                                         "hello"
                                         "\x0f\x01"
                                         "q");

    CHECK_EQ(count(&rtp), 3);
    CHECK(has(&rtp, 1, "") && has(&rtp, 255, "hello") && has(&rtp, 15, "q"));
}

TEST(damaged_or_reserved_elements_end_the_walk)
{
    const struct rtp_view fifteen = ONE_BYTE("\x10"
                                             "a"
                                             "\xf0"
                                             "b"
                                             "\x20"
                                             "c");
    const struct rtp_view zero_with_length = ONE_BYTE("\x10"
                                                      "a"
                                                      "\x03"
                                                      "\x20"
                                                      "c");
    const struct rtp_view runs_over = ONE_BYTE("\x10"
                                               "a"
                                               "\x2f"
                                               "c");
    const struct rtp_view runs_over_two = TWO_BYTE("\x01\x01"
                                                   "a"
                                                   "\x02\x09"
                                                   "c");
    const struct rtp_view no_length = TWO_BYTE("\x01\x01"
                                               "a"
                                               "\x02");

    CHECK_EQ(count(&fifteen), 1);
    CHECK_EQ(count(&zero_with_length), 1);
    CHECK_EQ(count(&runs_over), 1);
    CHECK_EQ(count(&runs_over_two), 1);
    CHECK_EQ(count(&no_length), 1);
}

TEST(other_profiles_and_id_zero_have_nothing)
{
    struct rtp_view rtp = ONE_BYTE("\x10"
                                   "a");

    CHECK(!has(&rtp, 0, ""));
    rtp.extension_profile = 0xbedf;
    CHECK_EQ(count(&rtp), 0);
    rtp.extension_profile = 0x1010;
    CHECK_EQ(count(&rtp), 0);
}

TEST(a_block_comes_back_as_it_was_built)
{
    uint8_t block[64];
    struct writer out = writer_over(block, sizeof block);

    rtp_ext_write(&out, 4, bytes_of_string("mid-0"));
    rtp_ext_write_u16(&out, 3, 0xabcd);
    rtp_ext_write_end(&out);
    CHECK(out.ok);
    CHECK_EQ(writer_len(&out), 12);
    const struct rtp_view rtp = {.extension_profile = RTP_EXT_ONE_BYTE,
                                 .extension = bytes_of(block, writer_len(&out))};
    struct bytes value;
    uint16_t seq;
    CHECK_EQ(count(&rtp), 2);
    CHECK(has(&rtp, 4, "mid-0"));
    CHECK(rtp_ext_find(&rtp, 3, &value) && transport_seq_read(&seq, value) && seq == 0xabcd);
}

TEST(what_no_one_byte_header_can_say_is_not_written)
{
    static const uint8_t zeros[17];
    static const struct {
        uint8_t id;
        size_t len;
    } bad[] = {{0, 1}, {15, 1}, {1, 0}, {1, 17}};
    uint8_t block[64];

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct writer out = writer_over(block, sizeof block);
        rtp_ext_write(&out, bad[i].id, bytes_of(zeros, bad[i].len));
        CHECK(!out.ok);
    }
}

TEST(audio_levels_have_a_voice_bit)
{
    struct audio_level audio;

    CHECK(audio_level_read(&audio, bytes_of("\x9e", 1)));
    CHECK(audio.voice && audio.level == 30);
    CHECK_EQ(audio_level_byte(audio), 0x9e);
    CHECK(audio_level_read(&audio, bytes_of("\x7f", 1)));
    CHECK(!audio.voice && audio.level == 127);
    CHECK(!audio_level_read(&audio, bytes_of("ab", 2)));
    CHECK(!audio_level_read(&audio, (struct bytes){0}));
}

TEST(names_are_short_and_plain)
{
    char longest[17];

    memset(longest, 'm', sizeof longest);
    CHECK(rtp_ext_is_name(bytes_of_string("audio-0_x.Y")));
    CHECK(rtp_ext_is_name(bytes_of(longest, 16)));
    CHECK(!rtp_ext_is_name(bytes_of(longest, 17)));
    CHECK(!rtp_ext_is_name((struct bytes){0}));
    CHECK(!rtp_ext_is_name(bytes_of("a\0", 2)));
    CHECK(!rtp_ext_is_name(bytes_of_string("a b")));
}

TEST(send_times_are_24_bits_of_6_18_seconds)
{
    uint32_t time;

    CHECK_EQ(abs_send_time_of(0), 0);
    CHECK_EQ(abs_send_time_of(SEC(1)), 1u << 18);
    CHECK_EQ(abs_send_time_of(SEC(64) + MSEC(500)), 1u << 17);
    CHECK_EQ(abs_send_time_of(SEC(64) - 1), 0xffffff);
    CHECK(abs_send_time_read(&time, bytes_of("\x01\x02\x03", 3)) && time == 0x010203);
    CHECK(!abs_send_time_read(&time, bytes_of("\x01\x02", 2)));
}
