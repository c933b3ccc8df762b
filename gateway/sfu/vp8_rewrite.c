// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/vp8_rewrite.c - one distance between incoming and sent picture numbers, and the last pictures.
//
// Pictures missed in a gap keep their numbers: they may come late, and the receiver must see that
// they are missing. Senders without PictureID get one; there a picture is known by its timestamp.
#include "sfu/vp8_rewrite.h"

#define SHORT_MASK 0x7f
#define WINDOW ((int64_t)VP8_REWRITE_PICTURES)

static struct vp8_picture *picture_at(struct vp8_rewrite *rewrite, int64_t in)
{
    return &rewrite->pictures[(uint64_t)in % VP8_REWRITE_PICTURES];
}

static const struct vp8_picture *find(const struct vp8_rewrite *rewrite, int64_t in)
{
    const struct vp8_picture *picture = &rewrite->pictures[(uint64_t)in % VP8_REWRITE_PICTURES];

    return in >= rewrite->first && in <= rewrite->newest && in > rewrite->newest - WINDOW &&
                   picture->in == in
               ? picture
               : NULL;
}

static bool locate_by_timestamp(const struct vp8_rewrite *rewrite, uint32_t timestamp, int64_t *in)
{
    for (int64_t at = rewrite->newest; at >= rewrite->first; at--) {
        const struct vp8_picture *picture = find(rewrite, at);
        if (!picture)
            break;
        if (picture->timestamp == timestamp) {
            *in = at;
            return true;
        }
        if ((int32_t)(timestamp - picture->timestamp) > 0) {
            *in = at + 1;
            return at == rewrite->newest; // else it lies between two known ones
        }
    }
    return false;
}

// The unrolled incoming number of a packet's picture; false when it cannot be told.
static bool locate(const struct vp8_rewrite *rewrite, const struct vp8_view *vp8,
                   uint32_t timestamp, int64_t *in)
{
    if (!rewrite->started || vp8->has_picture_id != rewrite->newest_has_id)
        return false;
    if (!vp8->has_picture_id)
        return locate_by_timestamp(rewrite, timestamp, in);
    const int64_t mask = vp8->picture_id_is_long ? VP8_PICTURE_ID_MASK : SHORT_MASK;
    const int64_t half = (mask + 1) / 2;
    const int64_t ahead = (vp8->picture_id - rewrite->newest) & mask;
    *in = rewrite->newest + (ahead < half ? ahead : ahead - mask - 1);
    return true;
}

static void remember(struct vp8_rewrite *rewrite, int64_t in, uint32_t timestamp,
                     enum vp8_fate fate)
{
    *picture_at(rewrite, in) =
        (struct vp8_picture){.in = in,
                             .timestamp = timestamp,
                             .out = (uint16_t)((in - rewrite->shift) & VP8_PICTURE_ID_MASK),
                             .fate = (uint8_t)fate};
    rewrite->newest = in;
}

// A picture behind the newest, and those missed before it.
static void advance(struct vp8_rewrite *rewrite, int64_t in, uint32_t timestamp, enum vp8_fate fate)
{
    while (rewrite->newest < in - 1)
        remember(rewrite, rewrite->newest + 1, timestamp, VP8_UNKNOWN);
    remember(rewrite, in, timestamp, fate);
}

// Numbers begin anew with this picture, `step` behind the last ones.
static void begin(struct vp8_rewrite *rewrite, const struct vp8_view *vp8, uint32_t timestamp,
                  int64_t step)
{
    const int64_t in = (vp8->has_picture_id ? vp8->picture_id : 0) + 0x10000;
    const int64_t last = rewrite->newest - rewrite->shift;

    if (rewrite->sent_any) {
        rewrite->shift = in - (last + step);
        rewrite->tl0_shift = (uint8_t)(vp8->tl0 - (rewrite->sent.tl0 + step));
        rewrite->key_shift = (uint8_t)(vp8->key_index - (rewrite->sent.key_index + step));
    } else {
        rewrite->shift = 0;
        rewrite->tl0_shift = 0;
        rewrite->key_shift = 0;
    }
    rewrite->started = true;
    rewrite->first = in;
    rewrite->newest_has_id = vp8->has_picture_id;
    remember(rewrite, in, timestamp, VP8_UNKNOWN);
}

void vp8_rewrite_switch(struct vp8_rewrite *rewrite, const struct vp8_view *vp8, uint32_t timestamp)
{
    begin(rewrite, vp8, timestamp, 1);
}

enum vp8_fate vp8_rewrite_fate(const struct vp8_rewrite *rewrite, const struct vp8_view *vp8,
                               uint32_t timestamp)
{
    int64_t in;

    if (!locate(rewrite, vp8, timestamp, &in))
        return VP8_UNKNOWN;
    const struct vp8_picture *picture = find(rewrite, in);
    return picture ? (enum vp8_fate)picture->fate : VP8_UNKNOWN;
}

static struct vp8_ids ids_of(struct vp8_rewrite *rewrite, const struct vp8_view *vp8,
                             const struct vp8_picture *picture)
{
    const struct vp8_ids ids = {
        .picture_id = picture->out,
        .tl0 = vp8->has_tl0 ? (uint8_t)(vp8->tl0 - rewrite->tl0_shift) : 0,
        .key_index = vp8->has_key_index
                         ? (uint8_t)((vp8->key_index - rewrite->key_shift) & VP8_KEY_INDEX_MASK)
                         : 0};
    const bool first = !rewrite->sent_any;

    rewrite->sent_any = true;
    rewrite->sent.picture_id = ids.picture_id;
    if (vp8->has_tl0 && (first || (int8_t)(uint8_t)(ids.tl0 - rewrite->sent.tl0) > 0))
        rewrite->sent.tl0 = ids.tl0;
    if (vp8->has_key_index && picture->in == rewrite->newest)
        rewrite->sent.key_index = ids.key_index;
    return ids;
}

bool vp8_rewrite_forward(struct vp8_rewrite *rewrite, const struct vp8_view *vp8,
                         uint32_t timestamp, bool ahead, struct vp8_ids *ids)
{
    int64_t in = 0;
    const bool located = locate(rewrite, vp8, timestamp, &in);

    if (!rewrite->started)
        return false;
    // A newer packet never belongs to an older picture: its sender's numbers leapt.
    if (ahead && (!located || in < rewrite->newest || in > rewrite->newest + WINDOW)) {
        begin(rewrite, vp8, timestamp, 2);
        in = rewrite->newest;
    } else if (!located || in > rewrite->newest + WINDOW) {
        return false;
    } else if (in > rewrite->newest) {
        advance(rewrite, in, timestamp, VP8_UNKNOWN);
    }

    if (!find(rewrite, in))
        return false;
    struct vp8_picture *picture = picture_at(rewrite, in);
    if (picture->fate == VP8_DROPPED)
        return false;
    picture->fate = VP8_FORWARDED;
    *ids = ids_of(rewrite, vp8, picture);
    return true;
}

bool vp8_rewrite_drop(struct vp8_rewrite *rewrite, const struct vp8_view *vp8, uint32_t timestamp)
{
    int64_t in;

    if (!locate(rewrite, vp8, timestamp, &in) || in > rewrite->newest + WINDOW)
        return false;
    if (in <= rewrite->newest) {
        const struct vp8_picture *picture = find(rewrite, in);
        return picture && picture->fate == VP8_DROPPED;
    }
    advance(rewrite, in, timestamp, VP8_DROPPED);
    rewrite->shift++;
    return true;
}
