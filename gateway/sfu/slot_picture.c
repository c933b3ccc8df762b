// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/slot_picture.c - a picture on its way into a slot.
#include "sfu/slot_picture.h"

#include "sfu/downlink.h"
#include "sfu/member.h"
#include "sfu/packet.h"
#include "sfu/producer.h"
#include "sfu/replay.h"
#include "sfu/seq_map.h"
#include "sfu/slot.h"
#include "sfu/slot_writer.h"
#include "sfu/vp8_rewrite.h"
#include "wire/rtp.h"

#define ANNOUNCEMENT MSEC(150) // the word who is next goes another way than the packets

// Is the picture of this packet for the slot? Asked with the first packet of each.
static bool is_picture_wanted(struct slot *slot, const struct packet *packet, bool ahead)
{
    const struct vp8_view *vp8 = &packet->vp8;

    switch (vp8_rewrite_fate(slot->pictures, vp8, packet->timestamp)) {
    case VP8_FORWARDED:
        return true;
    case VP8_DROPPED:
        return !seq_map_drop(slot->map, packet->seq, false);
    case VP8_UNKNOWN:
        break;
    }
    // Behind a gap nobody knows which picture the missing packet belongs to: then all is sent.
    if (!ahead || !seq_map_is_next(slot->map, packet->seq))
        return true;
    if (layer_choice_picture(&slot->choice, vp8->is_key_frame, vp8->tid, vp8->layer_sync))
        return true;
    return !vp8_rewrite_drop(slot->pictures, vp8, packet->timestamp) ||
           !seq_map_drop(slot->map, packet->seq, false);
}

static void begin_stream(struct slot *slot, usec now, const struct packet *packet)
{
    seq_map_switch(slot->map, packet->seq);
    vp8_rewrite_switch(slot->pictures, &packet->vp8, packet->timestamp);
    time_map_switch(&slot->time, now, packet->timestamp, packet->capture);
    slot->fresh = false;
}

bool slot_picture_may_begin(const struct slot *slot, usec now)
{
    return !slot->shown || slot->shown == slot->source->source ||
           now - slot->given_at >= ANNOUNCEMENT;
}

void slot_forward_picture(struct slot *slot, usec now, const struct packet *packet,
                          struct outbox *out)
{
    const bool starts_key = packet->vp8.starts_frame && packet->vp8.is_key_frame;
    struct rtp_fields fields = slot_fields(slot, slot->line->payload_type, slot->line->ssrc);
    struct seq_sent sent = {.stream = slot->source->layers[packet->layer].number,
                            .in_seq = packet->seq,
                            .marker = packet->marker};

    if (!slot_picture_may_begin(slot, now)) {
        if (layer_choice_needs_key_frame(&slot->choice) == packet->layer)
            slot_want_key_frame(slot, now);
        return;
    }
    if (slot->choice.current == LAYER_NONE && packet->in_order && !packet->replayed &&
        !starts_key && layer_choice_needs_key_frame(&slot->choice) == packet->layer &&
        replay_is_possible(slot, packet->layer, now))
        replay_run(slot, now, packet, out);
    switch (layer_choice_packet(&slot->choice, packet->layer, starts_key, packet->in_order)) {
    case LAYER_DROP:
        if (starts_key) // came too late to begin with it
            slot_want_key_frame(slot, now);
        return;
    case LAYER_SWITCH:
        begin_stream(slot, now, packet);
        downlink_touch(slot->viewer); // it began with the lowest layer, and may want another
        break;
    case LAYER_FORWARD:
        break;
    }
    const bool ahead = seq_map_is_ahead(slot->map, packet->seq);
    if (!is_picture_wanted(slot, packet, ahead))
        return;
    if (!vp8_rewrite_forward(slot->pictures, &packet->vp8, packet->timestamp, ahead, &sent.ids) ||
        !seq_map_place(slot->map, packet->seq, &fields.seq))
        return;
    fields.marker = packet->marker;
    fields.timestamp = time_map_forward(&slot->time, now, packet->timestamp, packet->capture);
    sent.timestamp = fields.timestamp;
    seq_map_sent(slot->map, fields.seq, &sent);
    if (downlink_holds(slot->viewer, now, slot, fields.seq, packet->payload.len))
        return;
    if (slot_write_padded(slot, now, &fields, packet, sent.ids, out))
        slot_count_sent(slot, now, packet->payload.len);
}
