// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/slot.c - whoever is in a slot, its receiver sees one stream without a seam.
#include "sfu/slot.h"

#include "sfu/keyframe.h"
#include "sfu/member.h"
#include "sfu/packet.h"
#include "sfu/producer.h"
#include "sfu/replay.h"
#include "sfu/seq_map.h"
#include "sfu/slot_writer.h"

#define VIDEO_RATE 90000
#define AUDIO_RATE 48000
#define SENT_PICTURES 256 // packets: more than a second of 2 Mbit/s
#define LOWEST_HEIGHT 1   // a slot begins with the lowest layer, whose key frame is small
#define RESEND_INTERVAL MSEC(20)
#define USUAL_HANDSHAKE MSEC(300)
#define ANNOUNCEMENT MSEC(150) // the word who is next goes another way than the packets

bool slot_is_picture(const struct slot *slot)
{
    return slot->line->role == LINE_SLOT_VIDEO;
}

uint32_t slot_source(const struct slot *slot)
{
    return slot->source ? slot->source->source : 0;
}

enum err slot_init(struct slot *slot, struct member *viewer, uint8_t line_index, uint64_t seed,
                   usec now)
{
    slot->line_index = line_index;
    slot->viewer = viewer;
    slot->line = &viewer->parameters->lines[line_index];
    list_init(&slot->node);
    slot->map = seq_map_create(slot_is_picture(slot) ? SENT_PICTURES : SEQ_MAP_AUDIO,
                               (uint16_t)(seed >> 32));
    slot->rtx_seq = (uint16_t)(seed >> 48);
    time_map_init(&slot->time, slot_is_picture(slot) ? VIDEO_RATE : AUDIO_RATE, (uint32_t)seed);
    layer_choice_init(&slot->choice);
    keyframe_budget_init(&slot->key_frames, now);
    return slot->map ? ERR_OK : ERR_NO_MEMORY;
}

void slot_fini(struct slot *slot)
{
    if (slot->source)
        list_remove(&slot->node);
    slot->source = NULL;
    seq_map_destroy(slot->map);
    slot->map = NULL;
}

void slot_restart(struct slot *slot)
{
    slot->fresh = true;
    slot->sent_any = false;
    layer_choice_init(&slot->choice);
}

void slot_clear(struct slot *slot)
{
    if (slot->source)
        list_remove(&slot->node);
    slot->source = NULL;
    slot_restart(slot);
}

void slot_give(struct slot *slot, struct producer *source, usec now)
{
    slot_clear(slot);
    slot->source = source;
    slot->given_at = now;
    list_append(&source->slots, &slot->node);
}

static void want_key_frame(struct slot *slot, usec now)
{
    const int layer = layer_choice_needs_key_frame(&slot->choice);

    if (layer == LAYER_NONE)
        return;
    if (slot->choice.current == LAYER_NONE && replay_is_possible(slot, (uint8_t)layer, now))
        return; // the next packet will start it
    producer_want_key_frame(slot->source, (uint8_t)layer);
}

void slot_update(struct slot *slot, usec now)
{
    if (!slot->source || !slot_is_picture(slot))
        return;
    const uint16_t height =
        slot->choice.current == LAYER_NONE && slot->height ? LOWEST_HEIGHT : slot->height;
    layer_choice_update(&slot->choice, now, producer_layers(slot->source, now),
                        slot->source->layer_count, height);
    if (member_can_receive(slot->viewer))
        want_key_frame(slot, now);
}

void slot_prepare(struct slot *slot, usec now)
{
    if (!slot->source || !slot_is_picture(slot))
        return;
    const uint8_t layer = producer_lowest_layer(slot->source, now);
    if (!replay_is_possible(slot, layer, now + USUAL_HANDSHAKE))
        producer_want_key_frame(slot->source, layer);
}

static struct rtp_fields fields_of(const struct slot *slot, uint8_t payload_type, uint32_t ssrc)
{
    return (struct rtp_fields){
        .payload_type = payload_type, .ssrc = ssrc, .has_csrc = true, .csrc = slot->source->source};
}

static void count_sent(struct slot *slot, usec now, size_t octets)
{
    slot->packets++;
    slot->octets += (uint32_t)octets;
    slot->last_sent = now;
    if (!slot->sent_any)
        slot->report_due = true;
    slot->sent_any = true;
    slot->shown = slot->source->source;
}

static void forward_sound(struct slot *slot, usec now, const struct packet *packet,
                          struct outbox *out)
{
    struct rtp_fields fields = fields_of(slot, slot->line->payload_type, slot->line->ssrc);

    if (!packet->heard) {
        if (!slot->fresh && seq_map_drop(slot->map, packet->seq, true))
            slot->closed_up = true;
        return;
    }
    if (slot->fresh) {
        seq_map_switch(slot->map, packet->seq);
        time_map_switch(&slot->time, now, packet->timestamp, packet->capture);
    }
    if (!seq_map_place(slot->map, packet->seq, &fields.seq))
        return;
    fields.marker = packet->marker || slot->fresh || slot->closed_up; // a talkspurt begins
    fields.timestamp = time_map_forward(&slot->time, now, packet->timestamp, packet->capture);
    slot->fresh = false;
    slot->closed_up = false;
    seq_map_sent(slot->map, fields.seq,
                 &(struct seq_sent){.stream = slot->source->layers[0].number,
                                    .timestamp = fields.timestamp,
                                    .in_seq = packet->seq,
                                    .marker = true}); // each packet of sound stands for itself
    if (slot_write_sound(slot, now, &fields, packet->payload, out))
        count_sent(slot, now, packet->payload.len);
}

// Is the picture of this packet for the slot? Asked with the first packet of each.
static bool is_picture_wanted(struct slot *slot, const struct packet *packet, bool ahead)
{
    const struct vp8_view *vp8 = &packet->vp8;

    switch (vp8_rewrite_fate(&slot->pictures, vp8, packet->timestamp)) {
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
    return !vp8_rewrite_drop(&slot->pictures, vp8, packet->timestamp) ||
           !seq_map_drop(slot->map, packet->seq, false);
}

static void begin_stream(struct slot *slot, usec now, const struct packet *packet)
{
    seq_map_switch(slot->map, packet->seq);
    vp8_rewrite_switch(&slot->pictures, &packet->vp8, packet->timestamp);
    time_map_switch(&slot->time, now, packet->timestamp, packet->capture);
    slot->fresh = false;
}

// No wrong face under a name: where somebody else was to be seen, the page is told first.
static bool is_announced(const struct slot *slot, usec now)
{
    return !slot->shown || slot->shown == slot->source->source ||
           now - slot->given_at >= ANNOUNCEMENT;
}

static void forward_picture(struct slot *slot, usec now, const struct packet *packet,
                            struct outbox *out)
{
    const bool starts_key = packet->vp8.starts_frame && packet->vp8.is_key_frame;
    struct rtp_fields fields = fields_of(slot, slot->line->payload_type, slot->line->ssrc);
    struct seq_sent sent = {.stream = slot->source->layers[packet->layer].number,
                            .in_seq = packet->seq,
                            .marker = packet->marker};

    if (!is_announced(slot, now))
        return;
    if (slot->choice.current == LAYER_NONE && packet->in_order && !packet->replayed &&
        !starts_key && layer_choice_needs_key_frame(&slot->choice) == packet->layer &&
        replay_is_possible(slot, packet->layer, now))
        replay_run(slot, now, packet, out);
    switch (layer_choice_packet(&slot->choice, packet->layer, starts_key, packet->in_order)) {
    case LAYER_DROP:
        if (starts_key) // came too late to begin with it
            want_key_frame(slot, now);
        return;
    case LAYER_SWITCH:
        begin_stream(slot, now, packet);
        slot_update(slot, now); // it began with the lowest layer, and may want another
        break;
    case LAYER_FORWARD:
        break;
    }
    const bool ahead = seq_map_is_ahead(slot->map, packet->seq);
    if (!is_picture_wanted(slot, packet, ahead))
        return;
    if (!vp8_rewrite_forward(&slot->pictures, &packet->vp8, packet->timestamp, ahead, &sent.ids) ||
        !seq_map_place(slot->map, packet->seq, &fields.seq))
        return;
    fields.marker = packet->marker;
    fields.timestamp = time_map_forward(&slot->time, now, packet->timestamp, packet->capture);
    sent.timestamp = fields.timestamp;
    seq_map_sent(slot->map, fields.seq, &sent);
    if (slot_write_picture(slot, now, &fields, &packet->vp8, sent.ids, packet->payload, out))
        count_sent(slot, now, packet->payload.len);
}

void slot_forward(struct slot *slot, usec now, const struct packet *packet, struct outbox *out)
{
    if (slot->source != packet->from || !member_can_receive(slot->viewer))
        return;
    if (slot_is_picture(slot))
        forward_picture(slot, now, packet, out);
    else
        forward_sound(slot, now, packet, out);
}

// The layer a sent packet came from, if its source is still here.
static const struct layer *layer_of_stream(const struct producer *source, uint32_t number)
{
    for (uint8_t i = 0; i < source->layer_count; i++)
        if (source->layers[i].number == number)
            return &source->layers[i];
    return NULL;
}

void slot_lost(struct slot *slot, usec now, uint16_t seq, struct outbox *out)
{
    const usec rtt = slot->viewer->rtt;
    struct cached_packet cached;

    if (!slot->source || !slot->line->rtx_payload_type || !member_can_receive(slot->viewer))
        return;
    const struct seq_sent *sent =
        seq_map_resend(slot->map, seq, now, rtt > RESEND_INTERVAL ? rtt : RESEND_INTERVAL);
    if (!sent)
        return; // lost on its way to us too: it is forwarded under its number when it comes
    const struct layer *layer = layer_of_stream(slot->source, sent->stream);
    if (!layer || !layer->cache || !packet_cache_find(layer->cache, sent->in_seq, &cached))
        return;
    if (!bucket_take(&slot->viewer->resend_budget, now, (double)cached.packet.len))
        return;
    struct rtp_fields fields = fields_of(slot, slot->line->rtx_payload_type, slot->line->rtx_ssrc);
    fields.seq = slot->rtx_seq;
    fields.marker = sent->marker;
    fields.timestamp = sent->timestamp;
    if (slot_write_again(slot, now, &fields, seq, sent->ids, cached.packet, out))
        slot->rtx_seq++;
}

void slot_picture_lost(struct slot *slot, usec now)
{
    if (!slot->source || !slot_is_picture(slot) || !keyframe_budget_take(&slot->key_frames, now))
        return;
    if (slot->choice.current != LAYER_NONE)
        producer_want_key_frame(slot->source, (uint8_t)slot->choice.current);
    else
        want_key_frame(slot, now);
}
