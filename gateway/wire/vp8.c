// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/vp8.c - the VP8 payload descriptor (RFC 7741, section 4.2) and the key-frame header.
#include "wire/vp8.h"

#define X_BIT 0x80
#define N_BIT 0x20
#define S_BIT 0x10
#define PARTITION 0x07
#define I_BIT 0x80
#define L_BIT 0x40
#define T_BIT 0x20
#define K_BIT 0x10
#define M_BIT 0x80
#define Y_BIT 0x20
#define NOT_KEY_FRAME 0x01
#define START_CODE 0x9d012au
#define SIZE_MASK 0x3fff // the two bits above ask for scaling

static uint8_t offset(const struct reader *in, struct bytes payload)
{
    return (uint8_t)(payload.len - reader_left(in));
}

static void read_picture_id(struct vp8_view *vp8, struct reader *in, struct bytes payload)
{
    vp8->has_picture_id = true;
    vp8->picture_id_at = offset(in, payload);
    vp8->picture_id = read_u8(in);
    vp8->picture_id_is_long = vp8->picture_id & M_BIT;
    if (vp8->picture_id_is_long)
        vp8->picture_id = (uint16_t)((vp8->picture_id & 0x7f) << 8 | read_u8(in));
}

static void read_layer(struct vp8_view *vp8, struct reader *in, struct bytes payload, uint8_t flags)
{
    const uint8_t at = offset(in, payload);
    const uint8_t layer = read_u8(in);

    vp8->has_tid = flags & T_BIT;
    if (vp8->has_tid) {
        vp8->tid = layer >> 6;
        vp8->layer_sync = layer & Y_BIT;
    }
    vp8->key_index_at = at;
    vp8->has_key_index = flags & K_BIT;
    if (vp8->has_key_index)
        vp8->key_index = layer & VP8_KEY_INDEX_MASK;
}

static void read_extended(struct vp8_view *vp8, struct reader *in, struct bytes payload)
{
    const uint8_t flags = read_u8(in);

    if (flags & I_BIT)
        read_picture_id(vp8, in, payload);
    if (flags & L_BIT) {
        vp8->has_tl0 = true;
        vp8->tl0_at = offset(in, payload);
        vp8->tl0 = read_u8(in);
    }
    if (flags & (T_BIT | K_BIT))
        read_layer(vp8, in, payload, flags);
}

static uint16_t read_size(struct reader *in)
{
    const uint8_t low = read_u8(in);

    return (uint16_t)((low | read_u8(in) << 8) & SIZE_MASK);
}

// The uncompressed part of a frame (RFC 6386, section 9.1), where a frame starts.
static bool read_frame_header(struct vp8_view *vp8, struct reader in)
{
    const uint8_t tag = read_u8(&in);

    if (tag & NOT_KEY_FRAME)
        return true;
    read_u16(&in);
    const uint32_t start_code = read_u24(&in);
    vp8->is_key_frame = true;
    vp8->width = read_size(&in);
    vp8->height = read_size(&in);
    return in.ok && start_code == START_CODE && vp8->width > 0 && vp8->height > 0;
}

bool vp8_read(struct vp8_view *vp8, struct bytes payload)
{
    struct reader in = reader_over(payload);
    const uint8_t flags = read_u8(&in);

    *vp8 = (struct vp8_view){
        .non_reference = flags & N_BIT,
        .starts_partition = flags & S_BIT,
        .partition = flags & PARTITION,
    };
    vp8->starts_frame = vp8->starts_partition && vp8->partition == 0;
    if (flags & X_BIT)
        read_extended(vp8, &in, payload);
    vp8->descriptor_len = offset(&in, payload);
    if (!in.ok || reader_left(&in) == 0)
        return false;
    return !vp8->starts_frame || read_frame_header(vp8, in);
}

void vp8_write(struct writer *out, const struct vp8_view *vp8, struct vp8_ids ids)
{
    const unsigned first = X_BIT | (vp8->non_reference ? N_BIT : 0u) |
                           (vp8->starts_partition ? S_BIT : 0u) | (vp8->partition & PARTITION);
    const unsigned flags = I_BIT | (vp8->has_tl0 ? L_BIT : 0u) | (vp8->has_tid ? T_BIT : 0u) |
                           (vp8->has_key_index ? K_BIT : 0u);
    const unsigned layer = (vp8->tid & 3u) << 6 | (vp8->layer_sync ? Y_BIT : 0u) |
                           (vp8->has_key_index ? ids.key_index & VP8_KEY_INDEX_MASK : 0u);

    write_u8(out, (uint8_t)first);
    write_u8(out, (uint8_t)flags);
    write_u16(out, (uint16_t)(M_BIT << 8 | (ids.picture_id & VP8_PICTURE_ID_MASK)));
    if (vp8->has_tl0)
        write_u8(out, ids.tl0);
    if (vp8->has_tid || vp8->has_key_index)
        write_u8(out, (uint8_t)layer);
}
