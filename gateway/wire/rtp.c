// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/rtp.c - the RTP header read in place and written.
#include "wire/rtp.h"

#define VERSION 2
#define HAS_PADDING 0x20
#define HAS_EXTENSION 0x10
#define CSRC_COUNT 0x0f
#define MARKER 0x80

static bool drop_padding(struct rtp_view *rtp)
{
    if (rtp->payload.len == 0)
        return false;
    const uint8_t len = rtp->payload.at[rtp->payload.len - 1];
    if (len == 0 || len > rtp->payload.len)
        return false;
    rtp->padding_len = len;
    rtp->payload.len -= len;
    return true;
}

bool rtp_read(struct rtp_view *rtp, struct bytes packet)
{
    struct reader in = reader_over(packet);
    const uint8_t flags = read_u8(&in);
    const uint8_t marker_and_type = read_u8(&in);

    *rtp = (struct rtp_view){
        .marker = marker_and_type & MARKER,
        .payload_type = marker_and_type & 0x7f,
        .has_extension = flags & HAS_EXTENSION,
    };
    rtp->seq = read_u16(&in);
    rtp->timestamp = read_u32(&in);
    rtp->ssrc = read_u32(&in);
    rtp->csrcs = read_bytes(&in, (size_t)4 * (flags & CSRC_COUNT));
    if (rtp->has_extension) {
        rtp->extension_profile = read_u16(&in);
        const uint16_t words = read_u16(&in);
        rtp->extension = read_bytes(&in, (size_t)4 * words);
    }
    rtp->header_len = packet.len - reader_left(&in);
    rtp->payload = read_rest(&in);
    if (!in.ok || flags >> 6 != VERSION)
        return false;
    return !(flags & HAS_PADDING) || drop_padding(rtp);
}

void rtp_write_header(struct writer *out, const struct rtp_fields *fields)
{
    const bool has_extension = fields->extension.len > 0;
    const unsigned flags = VERSION << 6 | (fields->padded ? HAS_PADDING : 0u) |
                           (has_extension ? HAS_EXTENSION : 0u) | (fields->has_csrc ? 1u : 0u);

    write_u8(out, (uint8_t)flags);
    write_u8(out, (uint8_t)((fields->marker ? MARKER : 0u) | (fields->payload_type & 0x7fu)));
    write_u16(out, fields->seq);
    write_u32(out, fields->timestamp);
    write_u32(out, fields->ssrc);
    if (fields->has_csrc)
        write_u32(out, fields->csrc);
    if (!has_extension)
        return;
    if (fields->extension.len % 4 != 0 || fields->extension.len / 4 > UINT16_MAX)
        out->ok = false;
    write_u16(out, fields->extension_profile);
    write_u16(out, (uint16_t)(fields->extension.len / 4));
    write_bytes(out, fields->extension);
}

void rtp_write_padding(struct writer *out, uint8_t len)
{
    if (len == 0) {
        out->ok = false;
        return;
    }
    write_zeros(out, len - 1u);
    write_u8(out, len);
}

bool rtx_read(struct bytes payload, uint16_t *original_seq, struct bytes *original)
{
    struct reader in = reader_over(payload);

    *original_seq = read_u16(&in);
    *original = read_rest(&in);
    return in.ok && original->len > 0;
}
