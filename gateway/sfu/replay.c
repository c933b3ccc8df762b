// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/replay.c - a joiner sees the present at once, without costing anybody a key frame.
#include "sfu/replay.h"

#include "base/seq.h"
#include "sfu/packet.h"
#include "sfu/producer.h"
#include "sfu/slot.h"
#include "wire/rtp.h"

#define OLDEST SEC(1)
#define MOST_PACKETS 128
#define MOST_BYTES (64u * 1024)
#define SPACING MSEC(1)
#define SPACING_TICKS 90
#define MARGIN MSEC(100) // the slot's line must not be asked to go back

bool replay_is_possible(const struct slot *slot, uint8_t index, usec now)
{
    const struct layer *layer = &slot->source->layers[index];

    if (!layer->has_key || !layer->cache || now - layer->key_at > OLDEST)
        return false;
    const int16_t packets = seq_diff((uint16_t)layer->in.highest, layer->key_seq);
    if (packets < 0 || packets > MOST_PACKETS)
        return false;
    return slot->packets == 0 || slot->last_sent + MARGIN < layer->key_at;
}

static bool take(const struct layer *layer, uint16_t seq, struct packet *packet)
{
    struct cached_packet cached;
    struct rtp_view rtp;

    if (!packet_cache_find(layer->cache, seq, &cached) || !rtp_read(&rtp, cached.packet) ||
        !vp8_read(&packet->vp8, rtp.payload))
        return false;
    packet->payload = rtp.payload;
    packet->timestamp = rtp.timestamp;
    packet->marker = rtp.marker;
    packet->seq = seq;
    return true;
}

// How many pictures there are before that of `before`; -1: something is missing, or it is too much.
static int count_pictures(const struct layer *layer, const struct packet *before)
{
    struct packet packet;
    uint32_t timestamp = 0;
    size_t bytes = 0;
    int pictures = 0;

    for (uint16_t seq = layer->key_seq; seq != before->seq; seq++) {
        if (!take(layer, seq, &packet))
            return -1;
        bytes += packet.payload.len;
        if (bytes > MOST_BYTES)
            return -1;
        if (packet.timestamp != before->timestamp &&
            (pictures == 0 || packet.timestamp != timestamp))
            pictures++;
        timestamp = packet.timestamp;
    }
    return pictures;
}

void replay_run(struct slot *slot, usec now, const struct packet *before, struct outbox *out)
{
    const struct layer *layer = &slot->source->layers[before->layer];
    struct packet packet = {
        .from = before->from, .layer = before->layer, .in_order = true, .replayed = true};
    uint32_t timestamp = before->timestamp;

    if (seq_diff(before->seq, layer->key_seq) <= 0)
        return;
    int left = count_pictures(layer, before);
    if (left < 0)
        return;
    left++; // the first picture counts down to what it is
    for (uint16_t seq = layer->key_seq; seq != before->seq; seq++) {
        if (!take(layer, seq, &packet))
            return;
        if (packet.timestamp != timestamp || seq == layer->key_seq)
            left--;
        timestamp = packet.timestamp;
        packet.timestamp = before->timestamp - (uint32_t)left * SPACING_TICKS;
        packet.capture = before->capture - left * SPACING;
        slot_forward(slot, now, &packet, out);
    }
}
