// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/vp8_rewrite.h - the picture numbers of one slot, continuous over switches and drops.
#ifndef GATEWAY_SFU_VP8_REWRITE_H
#define GATEWAY_SFU_VP8_REWRITE_H

#include "wire/vp8.h"

#include <stdbool.h>
#include <stdint.h>

#define VP8_REWRITE_PICTURES 64u // how far back late packets find their picture

enum vp8_fate {
    VP8_UNKNOWN, // no packet of it was seen, but its number is kept
    VP8_FORWARDED,
    VP8_DROPPED
};

struct vp8_picture {
    int64_t in;         // incoming number, unrolled
    uint32_t timestamp; // incoming
    uint16_t out;
    uint8_t fate;
};

// Zero-initialised is a valid slot that has sent nothing.
struct vp8_rewrite {
    bool started;
    int64_t first;  // pictures before it are not of this stream's turn
    int64_t newest; // incoming, unrolled
    int64_t shift;  // incoming minus sent
    uint8_t tl0_shift;
    uint8_t key_shift;
    bool newest_has_id;
    bool sent_any;
    struct vp8_ids sent; // the newest sent of each
    struct vp8_picture pictures[VP8_REWRITE_PICTURES];
};

// The picture of this packet is the first of another stream: its numbers follow the last sent ones.
void vp8_rewrite_switch(struct vp8_rewrite *rewrite, const struct vp8_view *vp8,
                        uint32_t timestamp);

// What was decided about the picture this packet belongs to; VP8_UNKNOWN when it is new.
enum vp8_fate vp8_rewrite_fate(const struct vp8_rewrite *rewrite, const struct vp8_view *vp8,
                               uint32_t timestamp);

// The numbers to send a packet under; its picture counts as forwarded from here on. `ahead`: its
// sequence number is the newest (seq_map_is_ahead, asked before placing). False, not to be
// sent: the picture was dropped, is older than the switch, or too old to know.
bool vp8_rewrite_forward(struct vp8_rewrite *rewrite, const struct vp8_view *vp8,
                         uint32_t timestamp, bool ahead, struct vp8_ids *ids);

// The picture of this packet, new and ahead, is not for this slot: numbers close up behind it.
// False when it is too late for that, because the picture or one after it has its number already,
// or when the sender's numbers leapt: then it is to be forwarded.
bool vp8_rewrite_drop(struct vp8_rewrite *rewrite, const struct vp8_view *vp8, uint32_t timestamp);

#endif
