// SPDX-License-Identifier: AGPL-3.0-or-later
// fuzz/rewrite_fuzz.c - any order of packets, switches and drops through the numbers of one slot.
#include "base/bytes.h"
#include "base/seq.h"
#include "sfu/layer_choice.h"
#include "sfu/seq_map.h"
#include "sfu/time_map.h"
#include "sfu/vp8_rewrite.h"

#include <stdlib.h>

#define COUNT 64

struct slot {
    struct seq_map *map;
    struct vp8_rewrite rewrite;
    struct layer_choice choice;
    struct time_map time;
    usec now;
    uint16_t seq;
    uint16_t picture_id;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool claim)
{
    if (!claim)
        abort();
}

// Mostly a neighbour of the last number, so that inputs stay within one stream for long.
static uint16_t read_number(struct reader *in, uint16_t *last)
{
    const uint8_t step = read_u8(in);

    *last = step == 0xff ? read_u16(in) : (uint16_t)(*last + step % 16 - step / 32);
    return *last;
}

static struct vp8_view read_picture(struct slot *slot, struct reader *in)
{
    const uint8_t flags = read_u8(in);
    struct vp8_view vp8 = {.starts_frame = flags & 1,
                           .is_key_frame = (flags & 3) == 3,
                           .has_picture_id = !(flags & 4),
                           .picture_id_is_long = !(flags & 8),
                           .has_tl0 = !(flags & 16),
                           .has_key_index = !(flags & 32),
                           .layer_sync = flags & 64};

    const uint8_t more = read_u8(in);
    vp8.tid = more & 3;
    vp8.tl0 = more >> 2;
    vp8.key_index = more & VP8_KEY_INDEX_MASK;
    vp8.picture_id =
        read_number(in, &slot->picture_id) & (vp8.picture_id_is_long ? VP8_PICTURE_ID_MASK : 0x7f);
    return vp8;
}

static void send(struct slot *slot, uint16_t seq, uint16_t out, uint32_t timestamp,
                 struct vp8_ids ids)
{
    uint16_t again;

    must(seq_map_find(slot->map, out) == NULL);
    seq_map_sent(
        slot->map, out,
        &(struct seq_sent){.in_seq = seq, .timestamp = timestamp, .marker = seq & 1, .ids = ids});
    const struct seq_sent *sent = seq_map_find(slot->map, out);
    must(sent && sent->in_seq == seq && sent->ids.picture_id == ids.picture_id);
    must(!seq_map_place(slot->map, seq, &again));
    must(!seq_map_is_ahead(slot->map, seq));
    must(seq_diff(seq_map_highest(slot->map), out) >= 0);
    must(seq_diff(seq_map_highest(slot->map), out) < COUNT);
}

static void forward(struct slot *slot, uint16_t seq, const struct vp8_view *vp8, uint32_t timestamp)
{
    const bool ahead = seq_map_is_ahead(slot->map, seq);
    const uint16_t highest = seq_map_highest(slot->map);
    struct vp8_ids ids;
    struct vp8_ids again;
    uint16_t out;

    if (!vp8_rewrite_forward(&slot->rewrite, vp8, timestamp, ahead, &ids))
        return;
    must(ids.picture_id <= VP8_PICTURE_ID_MASK && ids.key_index <= VP8_KEY_INDEX_MASK);
    must(vp8_rewrite_fate(&slot->rewrite, vp8, timestamp) == VP8_FORWARDED);
    must(vp8_rewrite_forward(&slot->rewrite, vp8, timestamp, false, &again));
    must(again.picture_id == ids.picture_id && again.tl0 == ids.tl0);
    if (!seq_map_place(slot->map, seq, &out))
        return;
    must(ahead == seq_is_after(out, highest));
    must(seq_diff(out, highest) <= COUNT + 1 && seq_diff(out, highest) > -COUNT);
    const uint32_t before = slot->time.newest_out;
    const bool started = slot->time.started;
    const uint32_t sent = time_map_forward(&slot->time, slot->now, timestamp, slot->now);
    must(time_map_forward(&slot->time, slot->now, timestamp, slot->now + MSEC(70)) == sent);
    must(!started || (int32_t)(slot->time.newest_out - before) >= 0);
    send(slot, seq, out, sent, ids);
}

static void drop(struct slot *slot, uint16_t seq, const struct vp8_view *vp8, uint32_t timestamp,
                 bool missing_too)
{
    struct vp8_ids ids;
    uint16_t out;

    if (!seq_map_is_ahead(slot->map, seq) || !vp8_rewrite_drop(&slot->rewrite, vp8, timestamp))
        return;
    must(vp8_rewrite_fate(&slot->rewrite, vp8, timestamp) == VP8_DROPPED);
    must(!vp8_rewrite_forward(&slot->rewrite, vp8, timestamp, false, &ids));
    must(seq_map_drop(slot->map, seq, missing_too));
    must(!seq_map_place(slot->map, seq, &out));
    must(!seq_map_drop(slot->map, seq, missing_too));
}

static void packet(struct slot *slot, struct reader *in)
{
    const uint8_t layer = read_u8(in);
    const uint16_t seq = read_number(in, &slot->seq);
    const struct vp8_view vp8 = read_picture(slot, in);
    const uint32_t timestamp = slot->picture_id * 100000u;
    const int8_t current = slot->choice.current;

    switch (layer_choice_packet(&slot->choice, layer & 3, vp8.is_key_frame, layer & 4)) {
    case LAYER_DROP:
        must(slot->choice.current == current);
        return;
    case LAYER_SWITCH:
        must(vp8.is_key_frame && current != (layer & 3));
        seq_map_switch(slot->map, seq);
        must(seq_map_is_next(slot->map, seq));
        vp8_rewrite_switch(&slot->rewrite, &vp8, timestamp);
        time_map_switch(&slot->time, slot->now, timestamp, slot->now - MSEC(layer));
        break;
    case LAYER_FORWARD:
        must(current == (layer & 3));
        break;
    }
    must(seq_map_is_started(slot->map));
    if (layer_choice_picture(&slot->choice, vp8.is_key_frame, vp8.tid, vp8.layer_sync))
        forward(slot, seq, &vp8, timestamp);
    else
        drop(slot, seq, &vp8, timestamp, layer & 8);
}

static void allow(struct slot *slot, struct reader *in)
{
    const int8_t layer = (int8_t)(read_u8(in) % 5 - 1);

    layer_choice_allow(&slot->choice, layer, read_u8(in) & LAYER_ALL_TEMPORAL);
    must(slot->choice.wanted == layer && (layer != LAYER_NONE || slot->choice.current == layer));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reader in = reader_over(bytes_of(data, size));
    struct slot slot = {.map = seq_map_create(COUNT, read_u16(&in)), .now = SEC(10)};

    if (!slot.map)
        return 0;
    layer_choice_init(&slot.choice);
    time_map_init(&slot.time, 90000, 4294900000u);
    while (reader_left(&in) > 0) {
        const uint8_t what = read_u8(&in);
        slot.now += MSEC(what >> 2);
        if ((what & 3) < 3)
            packet(&slot, &in);
        else if (what & 4)
            layer_choice_allow(&slot.choice, slot.choice.wanted, what >> 3 & 3);
        else
            allow(&slot, &in);
    }
    seq_map_destroy(slot.map);
    return 0;
}
