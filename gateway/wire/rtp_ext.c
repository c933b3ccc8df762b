// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/rtp_ext.c - RTP header extensions, one-byte and two-byte, and the ones browsers send.
#include "wire/rtp_ext.h"

#include "wire/rtp.h"

#define TWO_BYTE 0x100 // the upper 12 bits of its profile
#define ONE_BYTE_STOP 15
#define ONE_BYTE_MAX_ID 14
#define ONE_BYTE_MAX_LEN 16

struct rtp_ext_walk rtp_ext_walk(const struct rtp_view *rtp)
{
    const bool two_byte = rtp->extension_profile >> 4 == TWO_BYTE;
    const bool known = rtp->extension_profile == RTP_EXT_ONE_BYTE || two_byte;

    return (struct rtp_ext_walk){
        .in = reader_over(known ? rtp->extension : (struct bytes){0}),
        .two_byte = two_byte,
    };
}

bool rtp_ext_next(struct rtp_ext_walk *walk, struct rtp_ext *ext)
{
    while (walk->in.ok && reader_left(&walk->in) > 0) {
        const uint8_t first = read_u8(&walk->in);
        const uint8_t id = walk->two_byte ? first : first >> 4;
        if (first == 0)
            continue; // a byte of padding
        if (!walk->two_byte && (id == 0 || id == ONE_BYTE_STOP))
            return false; // "processing of the entire extension MUST terminate at that point"
        const size_t len = walk->two_byte ? read_u8(&walk->in) : (first & 15u) + 1;
        *ext = (struct rtp_ext){.id = id, .value = read_bytes(&walk->in, len)};
        return walk->in.ok;
    }
    return false;
}

bool rtp_ext_find(const struct rtp_view *rtp, uint8_t id, struct bytes *value)
{
    struct rtp_ext_walk walk = rtp_ext_walk(rtp);
    struct rtp_ext ext;

    if (id == 0)
        return false;
    while (rtp_ext_next(&walk, &ext)) {
        if (ext.id == id) {
            *value = ext.value;
            return true;
        }
    }
    return false;
}

void rtp_ext_write(struct writer *out, uint8_t id, struct bytes value)
{
    if (id < 1 || id > ONE_BYTE_MAX_ID || value.len < 1 || value.len > ONE_BYTE_MAX_LEN) {
        out->ok = false;
        return;
    }
    write_u8(out, (uint8_t)((unsigned)id << 4 | (value.len - 1)));
    write_bytes(out, value);
}

void rtp_ext_write_u16(struct writer *out, uint8_t id, uint16_t value)
{
    const uint8_t bytes[] = {(uint8_t)(value >> 8), (uint8_t)value};

    rtp_ext_write(out, id, bytes_of(bytes, sizeof bytes));
}

void rtp_ext_write_end(struct writer *out)
{
    write_zeros(out, (4 - writer_len(out) % 4) % 4);
}

bool audio_level_read(struct audio_level *audio, struct bytes value)
{
    if (value.len != 1)
        return false;
    *audio = (struct audio_level){.level = value.at[0] & 0x7f, .voice = value.at[0] >> 7};
    return true;
}

uint8_t audio_level_byte(struct audio_level audio)
{
    return (uint8_t)((audio.voice ? 0x80u : 0) | (audio.level & 0x7fu));
}

static bool is_name_char(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
}

bool rtp_ext_is_name(struct bytes value)
{
    for (size_t i = 0; i < value.len; i++) {
        if (!is_name_char(value.at[i]))
            return false;
    }
    return value.len > 0 && value.len <= RTP_EXT_MAX_NAME;
}

bool transport_seq_read(uint16_t *seq, struct bytes value)
{
    struct reader in = reader_over(value);

    *seq = read_u16(&in);
    return value.len == 2;
}

bool abs_send_time_read(uint32_t *time, struct bytes value)
{
    struct reader in = reader_over(value);

    *time = read_u24(&in);
    return value.len == 3;
}

uint32_t abs_send_time_of(usec now)
{
    const uint64_t within = (uint64_t)now % (uint64_t)SEC(64);

    return (uint32_t)((within << 18) / 1000000) & 0xffffff;
}
