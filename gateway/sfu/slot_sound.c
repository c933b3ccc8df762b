// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/slot_sound.c - sound on its way into a slot.
#include "sfu/slot_sound.h"

#include "sfu/packet.h"
#include "sfu/producer.h"
#include "sfu/seq_map.h"
#include "sfu/slot.h"
#include "sfu/slot_writer.h"
#include "wire/rtp.h"

void slot_forward_sound(struct slot *slot, usec now, const struct packet *packet,
                        struct outbox *out)
{
    struct rtp_fields fields = slot_fields(slot, slot->line->payload_type, slot->line->ssrc);

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
        slot_count_sent(slot, now, packet->payload.len);
}
