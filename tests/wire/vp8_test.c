// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/vp8_test.c - payload descriptors, read, cut and rewritten.
#include "wire/vp8.h"

#include "support/check.h"

#include <string.h>

static bool read_bytes_as(struct vp8_view *vp8, const char *text, size_t len)
{
    return vp8_read(vp8, bytes_of(text, len));
}
#define READ(vp8, text) read_bytes_as((vp8), (text), sizeof(text) - 1)

// 640x360, scaling bits set, behind a descriptor with everything: PictureID 0x1234, TL0PICIDX 7,
// TID 2, Y, KEYIDX 9.
static const char key_frame[] = "\x90\xf0\x92\x34\x07\xa9"
                                "\x10\x02\x00\x9d\x01\x2a\x80\x42\x68\x81"
                                "data";

TEST(a_key_frame_with_all_fields_is_read)
{
    struct vp8_view vp8;

    CHECK(READ(&vp8, key_frame));
    CHECK(!vp8.non_reference && vp8.starts_partition && vp8.partition == 0);
    CHECK(vp8.starts_frame && vp8.is_key_frame);
    CHECK(vp8.has_picture_id && vp8.picture_id_is_long && vp8.picture_id == 0x1234);
    CHECK(vp8.has_tl0 && vp8.tl0 == 7);
    CHECK(vp8.has_tid && vp8.tid == 2 && vp8.layer_sync);
    CHECK(vp8.has_key_index && vp8.key_index == 9);
    CHECK(vp8.picture_id_at == 2 && vp8.tl0_at == 4 && vp8.key_index_at == 5);
    CHECK_EQ(vp8.descriptor_len, 6);
    CHECK(vp8.width == 640 && vp8.height == 360);
}

TEST(short_and_missing_fields_are_told_apart)
{
    struct vp8_view vp8;

    CHECK(READ(&vp8, "\x10\x01x")); // no extension; an inter frame
    CHECK(vp8.starts_frame && !vp8.is_key_frame && !vp8.has_picture_id && vp8.descriptor_len == 1);
    CHECK(READ(&vp8, "\x80\x80\x7f\x01")); // 7-bit PictureID, in the middle of a frame
    CHECK(vp8.has_picture_id && !vp8.picture_id_is_long && vp8.picture_id == 127);
    CHECK(!vp8.starts_frame && !vp8.has_tl0 && vp8.descriptor_len == 3);
    CHECK(READ(&vp8, "\xb1\x40\xff\x00")); // N, partition 1, only TL0PICIDX
    CHECK(vp8.non_reference && vp8.partition == 1 && !vp8.starts_frame && !vp8.is_key_frame);
    CHECK(vp8.has_tl0 && vp8.tl0 == 255 && vp8.tl0_at == 2);
    CHECK(READ(&vp8, "\x80\x10\xff\x00")); // only KEYIDX: TID and Y mean nothing
    CHECK(!vp8.has_tid && vp8.tid == 0 && !vp8.layer_sync && vp8.key_index == 31);
    CHECK(READ(&vp8, "\x80\x20\xff\x00")); // only TID: KEYIDX means nothing
    CHECK(vp8.has_tid && vp8.tid == 3 && vp8.layer_sync && vp8.key_index == 0);
    CHECK(READ(&vp8, "\x80\x00\x00"));
    CHECK_EQ(vp8.descriptor_len, 2);
}

TEST(every_cut_of_every_descriptor_is_refused)
{
    struct vp8_view vp8;

    for (unsigned flags = 0; flags < 256; flags++) {
        for (unsigned long_id = 0; long_id < 2; long_id++) {
            const uint8_t payload[] = {0x80, (uint8_t)flags, long_id ? 0x80 : 0, 0, 0, 0, 0};
            const size_t len = 2 + (flags & 0x80 ? 1 + long_id : 0) + (flags & 0x40 ? 1 : 0) +
                               (flags & 0x30 ? 1 : 0);
            for (size_t cut = 0; cut <= len; cut++)
                CHECK(!vp8_read(&vp8, bytes_of(payload, cut)));
            CHECK(vp8_read(&vp8, bytes_of(payload, len + 1)));
            CHECK_EQ(vp8.descriptor_len, len);
        }
    }
}

TEST(a_key_frame_without_a_valid_header_is_refused)
{
    char frame[sizeof key_frame - 1];
    struct vp8_view vp8;

    for (size_t len = 0; len < 16; len++)
        CHECK(!read_bytes_as(&vp8, key_frame, len));
    CHECK(read_bytes_as(&vp8, key_frame, 16));
    for (size_t at = 9; at < 12; at++) {
        memcpy(frame, key_frame, sizeof frame);
        frame[at] ^= 1;
        CHECK(!read_bytes_as(&vp8, frame, sizeof frame));
    }
    for (size_t at = 12; at < 16; at += 2) {
        memcpy(frame, key_frame, sizeof frame);
        frame[at] = 0;
        frame[at + 1] = (char)0xc0; // nothing but scaling bits
        CHECK(!read_bytes_as(&vp8, frame, sizeof frame));
    }
}

TEST(a_rewritten_descriptor_always_has_15_bits)
{
    static const struct {
        const char *from;
        size_t from_len;
        const char *to;
        size_t to_len;
    } rewrites[] = {
        {"\x90\xf0\x92\x34\x07\xa9\x01", 7, "\x90\xf0\xff\xff\xfe\xbf", 6},
        {"\x80\x80\x7f\x01", 4, "\x80\x80\xff\xff", 4},
        {"\x10\x01", 2, "\x90\x80\xff\xff", 4},
        {"\xb1\x60\xff\xdf\x00", 5, "\xb1\xe0\xff\xff\xfe\xc0", 6},
        {"\x80\x10\xff\x00", 4, "\x80\x90\xff\xff\x1f", 5},
    };
    const struct vp8_ids ids = {.picture_id = 0xffff, .tl0 = 254, .key_index = 0xff};
    uint8_t descriptor[VP8_MAX_DESCRIPTOR_LEN];
    struct vp8_view vp8;

    for (size_t i = 0; i < sizeof rewrites / sizeof *rewrites; i++) {
        struct writer out = writer_over(descriptor, sizeof descriptor);
        CHECK(read_bytes_as(&vp8, rewrites[i].from, rewrites[i].from_len));
        vp8_write(&out, &vp8, ids);
        CHECK(out.ok);
        CHECK_EQ(writer_len(&out), rewrites[i].to_len);
        CHECK_BYTES(descriptor, rewrites[i].to, rewrites[i].to_len);
    }
}
