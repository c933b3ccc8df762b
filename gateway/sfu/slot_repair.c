// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/slot_repair.c - the same packets again, made from what the source's cache still has.
#include "sfu/slot_repair.h"

#include "sfu/member.h"
#include "sfu/packet_cache.h"
#include "sfu/producer.h"
#include "sfu/seq_map.h"
#include "sfu/slot.h"
#include "sfu/slot_writer.h"
#include "wire/rtp.h"

#define RESEND_INTERVAL MSEC(20)

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
    struct rtp_fields fields =
        slot_fields(slot, slot->line->rtx_payload_type, slot->line->rtx_ssrc);
    fields.seq = slot->rtx_seq;
    fields.marker = sent->marker;
    fields.timestamp = sent->timestamp;
    if (slot_write_again(slot, now, &fields, seq, sent->ids, cached.packet, out))
        slot->rtx_seq++;
}
