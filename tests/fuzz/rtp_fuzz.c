// SPDX-License-Identifier: AGPL-3.0-or-later
// fuzz/rtp_fuzz.c - any packet as RTP: its parts lie inside it, and its extensions can be rebuilt.
#include "wire/rtp.h"
#include "wire/rtp_ext.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool claim)
{
    if (!claim)
        abort();
}

// All that a browser may put into an extension.
static void read_values(struct bytes value)
{
    struct audio_level audio;
    uint32_t time;
    uint16_t seq;

    if (audio_level_read(&audio, value))
        must(audio_level_byte(audio) == value.at[0]);
    if (abs_send_time_read(&time, value))
        must(time <= 0xffffff);
    if (transport_seq_read(&seq, value))
        must(seq == (value.at[0] << 8 | value.at[1]));
    if (rtp_ext_is_name(value))
        must(!memchr(value.at, '\0', value.len));
}

// Writes what the one-byte form can say of the packet's extensions and finds it again.
static void rebuild(const struct rtp_view *rtp)
{
    static uint8_t block[1 << 18];
    static uint8_t packet[1 << 18];
    struct writer ext_out = writer_over(block, sizeof block);
    struct writer out = writer_over(packet, sizeof packet);
    struct rtp_ext_walk walk = rtp_ext_walk(rtp);
    struct rtp_ext ext;
    struct bytes value;
    struct bytes again;
    struct rtp_view read;

    while (rtp_ext_next(&walk, &ext)) {
        read_values(ext.value);
        must(ext.id != 0 && rtp_ext_find(rtp, ext.id, &value));
        if (ext.id <= 14 && ext.value.len >= 1 && ext.value.len <= 16)
            rtp_ext_write(&ext_out, ext.id, ext.value);
    }
    rtp_ext_write_end(&ext_out);
    must(ext_out.ok);
    rtp_write_header(&out, &(struct rtp_fields){
                               .payload_type = rtp->payload_type,
                               .seq = rtp->seq,
                               .ssrc = rtp->ssrc,
                               .has_csrc = rtp->csrcs.len > 0,
                               .csrc = 7,
                               .extension_profile = RTP_EXT_ONE_BYTE,
                               .extension = bytes_of(block, writer_len(&ext_out)),
                           });
    must(out.ok && rtp_read(&read, bytes_of(packet, writer_len(&out))));
    must(read.payload_type == rtp->payload_type && read.seq == rtp->seq && read.payload.len == 0);
    walk = rtp_ext_walk(&read);
    while (rtp_ext_next(&walk, &ext))
        must(rtp_ext_find(&read, ext.id, &again) && rtp_ext_find(rtp, ext.id, &value));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rtp_view rtp;
    struct bytes original;
    uint16_t seq;

    if (!rtp_read(&rtp, bytes_of(data, size)))
        return 0;
    must(rtp.header_len + rtp.payload.len + rtp.padding_len == size);
    must(rtp.header_len >= RTP_HEADER_LEN + rtp.csrcs.len + rtp.extension.len);
    must(rtp.payload.len == 0 || rtp.payload.at == data + rtp.header_len);
    if (rtx_read(rtp.payload, &seq, &original))
        must(original.len + 2 == rtp.payload.len);
    rebuild(&rtp);
    return 0;
}
