// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/slot.c - whoever is in a slot, its receiver sees one stream without a seam.
#include "sfu/slot.h"

#include "base/mem.h"
#include "sfu/keyframe.h"
#include "sfu/member.h"
#include "sfu/packet.h"
#include "sfu/producer.h"
#include "sfu/replay.h"
#include "sfu/seq_map.h"
#include "sfu/slot_picture.h"
#include "sfu/slot_sound.h"
#include "sfu/vp8_rewrite.h"
#include "wire/rtp.h"

#define VIDEO_RATE 90000
#define AUDIO_RATE 48000
#define USUAL_HANDSHAKE MSEC(300)
#define BPS_PER_ENTRY 9600 // 1,200 bytes in each packet

bool slot_is_picture(const struct slot *slot)
{
    return slot->line->role == LINE_SLOT_VIDEO;
}

uint32_t slot_source(const struct slot *slot)
{
    return slot->source ? slot->source->source : 0;
}

void slot_init(struct slot *slot, struct member *viewer, uint8_t line_index, uint64_t seed,
               usec now)
{
    slot->line_index = line_index;
    slot->viewer = viewer;
    slot->line = &viewer->parameters->lines[line_index];
    list_init(&slot->node);
    slot->first_seq = (uint16_t)(seed >> 32);
    slot->rtx_seq = (uint16_t)(seed >> 48);
    time_map_init(&slot->time, slot_is_picture(slot) ? VIDEO_RATE : AUDIO_RATE, (uint32_t)seed);
    layer_choice_init(&slot->choice);
    keyframe_budget_init(&slot->key_frames, now);
}

static void leave_source(struct slot *slot)
{
    if (!slot->source)
        return;
    list_remove(&slot->node);
    slot->source->viewers--;
    slot->source = NULL;
}

void slot_fini(struct slot *slot)
{
    leave_source(slot);
    seq_map_destroy(slot->map);
    slot->map = NULL;
    mem_free(slot->pictures);
    slot->pictures = NULL;
}

void slot_restart(struct slot *slot)
{
    pacer_forget(&slot->viewer->downlink.pacer, (uint8_t)(slot - slot->viewer->slots));
    if (!slot_is_picture(slot))
        sound_forget(slot);
    slot->fresh = true;
    slot->sent_any = false;
    layer_choice_init(&slot->choice);
}

void slot_clear(struct slot *slot)
{
    leave_source(slot);
    slot->paused = false;
    slot_restart(slot);
}

static bool make_usable(struct slot *slot)
{
    const bool is_picture = slot_is_picture(slot);

    if (!slot->map)
        slot->map = seq_map_create(is_picture ? SEQ_MAP_VIDEO : SEQ_MAP_AUDIO, slot->first_seq);
    if (is_picture && !slot->pictures)
        slot->pictures = mem_zero(sizeof *slot->pictures);
    return slot->map && (!is_picture || slot->pictures);
}

void slot_give(struct slot *slot, struct producer *source, usec now)
{
    slot_clear(slot);
    if (!make_usable(slot))
        return;
    slot->source = source;
    slot->given_at = now;
    list_append(&source->slots, &slot->node);
    source->viewers++;
}

void slot_fit(struct slot *slot, uint32_t bps)
{
    size_t count = SEQ_MAP_VIDEO;

    while (count < SEQ_MAP_VIDEO_MOST && count * BPS_PER_ENTRY < bps)
        count *= 2;
    slot->map = seq_map_grow(slot->map, count);
}

void slot_want_key_frame(struct slot *slot, usec now)
{
    const int layer = layer_choice_needs_key_frame(&slot->choice);

    if (layer == LAYER_NONE)
        return;
    if (slot->choice.current == LAYER_NONE && replay_is_possible(slot, (uint8_t)layer, now))
        return; // the next packet will start it
    if (!slot_picture_may_begin(slot, now + slot->source->member->rtt))
        return; // it would come too early; asked for by the packets until then
    producer_want_key_frame(slot->source, (uint8_t)layer);
}

void slot_prepare(struct slot *slot, usec now)
{
    if (!slot->source || !slot_is_picture(slot))
        return;
    const uint8_t layer = producer_lowest_layer(slot->source, now);
    if (!replay_is_possible(slot, layer, now + USUAL_HANDSHAKE))
        producer_want_key_frame(slot->source, layer);
}

struct rtp_fields slot_fields(const struct slot *slot, uint8_t payload_type, uint32_t ssrc)
{
    return (struct rtp_fields){
        .payload_type = payload_type, .ssrc = ssrc, .has_csrc = true, .csrc = slot->source->source};
}

void slot_count_sent(struct slot *slot, usec now, size_t octets)
{
    slot->packets++;
    slot->octets += (uint32_t)octets;
    slot->last_sent = now;
    if (!slot->sent_any)
        slot->report_due = true;
    slot->sent_any = true;
    slot->shown = slot->source->source;
}

void slot_forward(struct slot *slot, usec now, const struct packet *packet, struct outbox *out)
{
    if (slot->source != packet->from || !member_can_receive(slot->viewer))
        return;
    if (slot_is_picture(slot))
        slot_forward_picture(slot, now, packet, out);
    else
        slot_forward_sound(slot, now, packet, out);
}

void slot_picture_lost(struct slot *slot, usec now)
{
    if (!slot->source || !slot_is_picture(slot) || !keyframe_budget_take(&slot->key_frames, now))
        return;
    if (slot->choice.current != LAYER_NONE)
        producer_want_key_frame(slot->source, (uint8_t)slot->choice.current);
    else
        slot_want_key_frame(slot, now);
}
