// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/rtp_test.c - RTP headers, whole, cut and lying.
#include "wire/rtp.h"

#include "support/check.h"

#include <string.h>

// V=2 P X CC=2, M, type 96, two CSRCs, a one-word extension, payload "hey", one byte of padding.
static const uint8_t packet[] = {
    0xb2, 0xe0, 0x12, 0x34, 0xde, 0xad, 0xbe, 0xef, 0x00, 0x00, 0x00, 0x07, 0,   0,   0,   1,
    0,    0,    0,    2,    0xbe, 0xde, 0x00, 0x01, 0x10, 0xff, 0x00, 0x00, 'h', 'e', 'y', 0x01,
};

TEST(every_field_is_read)
{
    struct rtp_view rtp;

    CHECK(rtp_read(&rtp, bytes_of(packet, sizeof packet)));
    CHECK(rtp.marker);
    CHECK_EQ(rtp.payload_type, 96);
    CHECK_EQ(rtp.seq, 0x1234);
    CHECK_EQ(rtp.timestamp, 0xdeadbeef);
    CHECK_EQ(rtp.ssrc, 7);
    CHECK_EQ(rtp.csrcs.len, 8);
    CHECK(rtp.has_extension);
    CHECK_EQ(rtp.extension_profile, 0xbede);
    CHECK_EQ(rtp.extension.len, 4);
    CHECK_EQ(rtp.header_len, 28);
    CHECK_EQ(rtp.padding_len, 1);
    CHECK(bytes_equal(rtp.payload, bytes_of_string("hey")));
}

TEST(a_cut_header_is_refused)
{
    struct rtp_view rtp;

    for (size_t len = 0; len < 28; len++)
        CHECK(!rtp_read(&rtp, bytes_of(packet, len)));
}

TEST(lies_about_version_padding_and_lengths_are_refused)
{
    uint8_t lie[sizeof packet];
    struct rtp_view rtp;

    for (unsigned version = 0; version < 4; version++) {
        memcpy(lie, packet, sizeof lie);
        lie[0] = (uint8_t)((lie[0] & 0x3f) | version << 6);
        CHECK_EQ(rtp_read(&rtp, bytes_of(lie, sizeof lie)), version == 2);
    }
    memcpy(lie, packet, sizeof lie);
    for (unsigned padding = 0; padding < 256; padding++) {
        lie[sizeof lie - 1] = (uint8_t)padding;
        CHECK_EQ(rtp_read(&rtp, bytes_of(lie, sizeof lie)), padding >= 1 && padding <= 4);
    }
    memcpy(lie, packet, sizeof lie);
    lie[0] |= 15; // fifteen CSRCs
    CHECK(!rtp_read(&rtp, bytes_of(lie, sizeof lie)));
    memcpy(lie, packet, sizeof lie);
    lie[22] = 0xff; // an extension past the end
    CHECK(!rtp_read(&rtp, bytes_of(lie, sizeof lie)));
    CHECK(!rtp_read(&rtp, bytes_of(packet, 28))); // padding of an empty payload
}

TEST(a_header_comes_back_as_it_was_written)
{
    static const uint8_t extension[] = {0x10, 0xff, 0x00, 0x00};
    const struct rtp_fields fields = {
        .marker = true,
        .payload_type = 120,
        .seq = 65535,
        .timestamp = 0xfffffffe,
        .ssrc = 0x80000001,
        .has_csrc = true,
        .csrc = 99,
        .extension_profile = 0xbede,
        .extension = bytes_of(extension, sizeof extension),
    };
    uint8_t written[64];
    struct writer out = writer_over(written, sizeof written);
    struct rtp_view rtp;

    rtp_write_header(&out, &fields);
    write_bytes(&out, bytes_of_string("payload"));
    CHECK(out.ok);
    CHECK(rtp_read(&rtp, bytes_of(written, writer_len(&out))));
    CHECK(rtp.marker && rtp.payload_type == 120 && rtp.seq == 65535);
    CHECK(rtp.timestamp == 0xfffffffe && rtp.ssrc == 0x80000001);
    CHECK(bytes_equal(rtp.csrcs, bytes_of("\0\0\0\x63", 4)));
    CHECK(bytes_equal(rtp.extension, fields.extension));
    CHECK(bytes_equal(rtp.payload, bytes_of_string("payload")));

    out = writer_over(written, sizeof written);
    rtp_write_header(&out, &(struct rtp_fields){.payload_type = 111});
    CHECK_EQ(writer_len(&out), RTP_HEADER_LEN);
    CHECK(rtp_read(&rtp, bytes_of(written, writer_len(&out))));
    CHECK(!rtp.marker && !rtp.has_extension && rtp.csrcs.len == 0 && rtp.payload.len == 0);
}

TEST(an_extension_of_broken_words_is_not_written)
{
    uint8_t written[64];
    struct writer out = writer_over(written, sizeof written);

    rtp_write_header(&out, &(struct rtp_fields){.extension = bytes_of("abc", 3)});
    CHECK(!out.ok);
}

TEST(a_retransmission_starts_with_the_original_number)
{
    uint16_t seq;
    struct bytes original;

    CHECK(rtx_read(bytes_of("\x12\x34xyz", 5), &seq, &original));
    CHECK_EQ(seq, 0x1234);
    CHECK(bytes_equal(original, bytes_of_string("xyz")));
    for (size_t len = 0; len < 3; len++)
        CHECK(!rtx_read(bytes_of("\x12\x34", len), &seq, &original));
}

TEST(padding_comes_back_as_padding)
{
    for (unsigned len = 1; len <= 255; len++) {
        uint8_t written[300];
        struct rtp_view rtp;
        struct writer out = writer_over(written, sizeof written);
        rtp_write_header(&out, &(struct rtp_fields){.padded = true, .payload_type = 97, .ssrc = 9});
        rtp_write_padding(&out, (uint8_t)len);
        CHECK(out.ok);
        CHECK_EQ(writer_len(&out), RTP_HEADER_LEN + len);
        CHECK(rtp_read(&rtp, bytes_of(written, writer_len(&out))));
        CHECK_EQ(rtp.payload.len, 0);
        CHECK_EQ(rtp.padding_len, len);
    }
}

TEST(no_padding_at_all_cannot_be_written)
{
    uint8_t written[20];
    struct writer out = writer_over(written, sizeof written);

    rtp_write_padding(&out, 0);
    CHECK(!out.ok);
}
