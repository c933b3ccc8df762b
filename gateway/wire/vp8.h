// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/vp8.h - the VP8 payload descriptor and the key-frame header (RFC 7741, RFC 6386).
#ifndef GATEWAY_WIRE_VP8_H
#define GATEWAY_WIRE_VP8_H

#include "base/bytes.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VP8_PICTURE_ID_MASK 0x7fff
#define VP8_KEY_INDEX_MASK 0x1f
#define VP8_MAX_DESCRIPTOR_LEN 6

// Offsets count from the start of the payload; they are 0 when the field is absent.
struct vp8_view {
    bool non_reference;    // N
    bool starts_partition; // S
    uint8_t partition;     // PID
    bool starts_frame;     // S and PID 0
    bool is_key_frame;     // only known, and only set, where a frame starts
    bool has_picture_id;
    bool picture_id_is_long; // 15 bits
    bool has_tl0;
    bool has_tid; // temporal layer index; tid and layer_sync are 0 without
    bool has_key_index;
    bool layer_sync; // Y
    uint8_t tid;
    uint8_t tl0;
    uint8_t key_index;
    uint16_t picture_id;
    uint8_t picture_id_at;
    uint8_t tl0_at;
    uint8_t key_index_at; // the byte that holds TID, Y and KEYIDX
    uint16_t width;       // of a key frame, else 0
    uint16_t height;
    size_t descriptor_len;
};

// False when the payload cannot be VP8: a cut descriptor, nothing behind it, or a key frame
// without a valid header.
bool vp8_read(struct vp8_view *vp8, struct bytes payload) MUST_CHECK;

// The numbers of a stream that is being rewritten. Fields the original has not are not added,
// but a PictureID always is, and always of 15 bits.
struct vp8_ids {
    uint16_t picture_id;
    uint8_t tl0;
    uint8_t key_index;
};

// Writes the descriptor anew; the payload behind the original descriptor follows it unchanged.
void vp8_write(struct writer *out, const struct vp8_view *vp8, struct vp8_ids ids);

#endif
