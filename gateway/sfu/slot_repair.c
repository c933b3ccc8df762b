// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/slot_repair.c - the same packets again, made from what the source's cache still has.
#include "sfu/slot_repair.h"

#include "sfu/member.h"
#include "sfu/packet_cache.h"
#include "sfu/producer.h"
#include "sfu/router.h"
#include "sfu/seq_map.h"
#include "sfu/slot.h"
#include "sfu/slot_writer.h"
#include "sfu/worker.h"
#include "wire/rtp.h"

#define RESEND_INTERVAL MSEC(20)
#define RESEND_SHARE 5       // of the target
#define RESEND_SLACK 4000    // bytes per second
#define RESEND_BURST 16000   // bytes, on top of
#define RESEND_PAUSE 2       // half a second of what is sent
#define REPEAT_WITHIN SEC(1) // a receiver knows a packet of this age as a duplicate

// The layer a sent packet came from, if its source is still here.
static const struct layer *layer_of_stream(const struct producer *source, uint32_t number)
{
    for (uint8_t i = 0; i < source->layer_count; i++)
        if (source->layers[i].number == number)
            return &source->layers[i];
    return NULL;
}

static bool find_original(const struct slot *slot, const struct seq_sent *sent,
                          struct cached_packet *cached)
{
    if (!slot->source || !sent)
        return false;
    const struct layer *layer = layer_of_stream(slot->source, sent->stream);
    return layer && layer->cache && packet_cache_find(layer->cache, sent->in_seq, cached);
}

static bool has_way(const struct slot *slot)
{
    return slot->source && slot->line->rtx_payload_type && member_can_receive(slot->viewer);
}

static bool write_again(struct slot *slot, usec now, uint16_t seq, const struct seq_sent *sent,
                        struct bytes original, struct outbox *out)
{
    struct rtp_fields fields =
        slot_fields(slot, slot->line->rtx_payload_type, slot->line->rtx_ssrc);

    fields.seq = slot->rtx_seq;
    fields.marker = sent->marker;
    fields.timestamp = sent->timestamp;
    if (!slot_write_again(slot, now, &fields, seq, sent->ids, original, out))
        return false;
    slot->rtx_seq++;
    return true;
}

void slot_lost(struct slot *slot, usec now, uint16_t seq, struct outbox *out)
{
    const usec rtt = slot->viewer->rtt;
    const usec interval = rtt > RESEND_INTERVAL ? rtt : RESEND_INTERVAL;
    const struct seq_sent *sent = seq_map_find(slot->map, seq);
    struct cached_packet cached;

    if (!has_way(slot) || !find_original(slot, sent, &cached))
        return; // lost on its way to us too: it is forwarded under its number when it comes
    if (!seq_map_may_resend(slot->map, seq, now, interval) ||
        !bucket_take(&slot->viewer->resend_budget, now, (double)cached.packet.len) ||
        !write_again(slot, now, seq, sent, cached.packet, out))
        return;
    seq_map_resent(slot->map, seq, now);
    slot->viewer->router->counters->retransmitted++;
}

void resend_budget_set(struct bucket *budget, uint32_t target_bps, uint32_t sending_bps)
{
    const uint32_t share = target_bps / RESEND_SHARE;
    const uint32_t least = target_bps < sending_bps ? target_bps : sending_bps;

    budget->per_second = (share < sending_bps ? share : sending_bps) / 8.0 + RESEND_SLACK;
    budget->burst = least / 8.0 / RESEND_PAUSE + RESEND_BURST;
}

bool slot_repeat(struct slot *slot, usec now, uint16_t seq, struct outbox *out)
{
    struct cached_packet cached;

    if (!has_way(slot))
        return false;
    const struct seq_sent *sent = seq_map_find(slot->map, seq);
    return find_original(slot, sent, &cached) && now - cached.received_at <= REPEAT_WITHIN &&
           write_again(slot, now, seq, sent, cached.packet, out);
}

bool slot_can_wait(const struct slot *slot, uint16_t seq)
{
    struct cached_packet cached;

    return find_original(slot, seq_map_find(slot->map, seq), &cached);
}

bool slot_send_held(struct slot *slot, usec now, uint16_t seq, struct outbox *out)
{
    const struct seq_sent *sent = seq_map_find(slot->map, seq);
    struct cached_packet cached;
    struct rtp_view rtp;
    struct vp8_view vp8;

    if (!find_original(slot, sent, &cached) || !rtp_read(&rtp, cached.packet) ||
        !vp8_read(&vp8, rtp.payload))
        return false;
    if (seq_map_was_resent(slot->map, seq) || !member_can_receive(slot->viewer))
        return true;
    struct rtp_fields fields = slot_fields(slot, slot->line->payload_type, slot->line->ssrc);
    fields.seq = seq;
    fields.marker = sent->marker;
    fields.timestamp = sent->timestamp;
    if (slot_write_picture(slot, now, &fields, &vp8, sent->ids, rtp.payload, out))
        slot_count_sent(slot, now, rtp.payload.len);
    return true;
}

void slot_drop_held(struct slot *slot, uint16_t first, uint16_t last)
{
    for (uint16_t seq = first; seq != (uint16_t)(last + 1); seq++)
        seq_map_forget(slot->map, seq);
}
