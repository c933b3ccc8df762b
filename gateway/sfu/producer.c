// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/producer.c - parse once, remember for repair, and let through what may go on.
#include "sfu/producer.h"

#include "base/mem.h"
#include "base/seq.h"
#include "sfu/allocation.h"
#include "sfu/member.h"
#include "sfu/packet.h"
#include "sfu/producer_sound.h"
#include "sfu/streams.h"
#include "wire/rtp.h"
#include "wire/rtp_ext.h"

#define VIDEO_RATE 90000
#define AUDIO_RATE 48000
#define REPAIR_WINDOW 1024     // older retransmissions answer nothing we asked
#define SILENT_LAYER MSEC(600) // while cameras send some pictures each second in any light
#define PICTURE_PACKETS 512    // of one picture; what is larger is none
#define USUAL_LOWEST_HEIGHT 180

bool producer_is_picture(const struct producer *p)
{
    return p->kind == SOURCE_CAMERA || p->kind == SOURCE_SCREEN;
}

// Memory for repair, when a layer begins: most lines of most members never carry anything. A layer that
// gets none is forwarded all the same.
static void make_repairable(struct layer *layer, const struct producer *p, uint8_t index)
{
    const bool is_low = index == 0 && p->layer_count > 1;

    if (!layer->nack && !member_is_mirror(p->member) && p->line->nack &&
        (p->line->rtx_payload_type || !producer_is_picture(p)))
        layer->nack = mem_zero(sizeof *layer->nack);
    if (!producer_is_picture(p))
        return;
    if (!layer->cache)
        layer->cache =
            is_low ? packet_cache_create(PACKET_CACHE_LOW_BYTES, PACKET_CACHE_LOW_COUNT)
                   : packet_cache_create(PACKET_CACHE_VIDEO_BYTES, PACKET_CACHE_VIDEO_COUNT);
}

void producer_init(struct producer *p, struct member *member, enum source_kind kind,
                   const struct line_parameters *line, uint32_t *numbers)
{
    p->kind = kind;
    p->member = member;
    p->line = line;
    list_init(&p->slots);
    list_init(&p->speaker.node);
    if (!line)
        return;
    p->layer_count =
        line->layer_count > 0 && line->layer_count <= PARAMETERS_LAYERS ? line->layer_count : 1;
    for (uint8_t i = 0; i < p->layer_count; i++) {
        p->layers[i].number = ++*numbers;
        stream_clock_init(&p->layers[i].clock, producer_is_picture(p) ? VIDEO_RATE : AUDIO_RATE);
    }
}

void producer_fini(struct producer *p)
{
    for (uint8_t i = 0; i < p->layer_count; i++) {
        packet_cache_destroy(p->layers[i].cache);
        mem_free(p->layers[i].nack);
        p->layers[i].cache = NULL;
        p->layers[i].nack = NULL;
    }
    mem_free(p->history);
    p->history = NULL;
}

bool producer_is_shut(const struct producer *p)
{
    return p->muted || p->paused;
}

void producer_stop(struct producer *p)
{
    p->live = false;
    producer_forget_sound(p);
    for (uint8_t i = 0; i < p->layer_count; i++) {
        p->layers[i].has_key = false;
        p->layers[i].keyframe.wanted = false;
        p->layers[i].closed = true;
        if (p->layers[i].cache)
            packet_cache_clear(p->layers[i].cache);
        p->seen[i].last_packet = 0;
    }
}

static void note_key_frame(struct producer *p, const struct producer_input *input,
                           const struct packet *packet)
{
    struct layer *layer = &p->layers[packet->layer];

    if (!packet->vp8.starts_frame || !packet->vp8.is_key_frame)
        return;
    keyframe_seen(&layer->keyframe, packet->vp8.height);
    p->seen[packet->layer].height = packet->vp8.height;
    if (layer->has_key && seq_is_after(layer->key_seq, packet->seq))
        return;
    layer->has_key = true;
    layer->key_seq = packet->seq;
    layer->key_at = input->now;
    if (packet->in_order && layer->nack)
        nack_forget_before(layer->nack, packet->seq);
}

// Does it go on for ever, as of a sender whose timestamps stand still?
static bool is_endless(struct layer *layer, const struct packet *packet)
{
    if (!packet->in_order)
        return false;
    if (packet->timestamp != layer->newest_timestamp)
        layer->picture_packets = 0;
    if (layer->picture_packets >= PICTURE_PACKETS)
        return true;
    layer->picture_packets++;
    return false;
}

// A picture, whether it came by itself or was recovered.
static enum producer_verdict take_picture(struct producer *p, const struct producer_input *input,
                                          struct bytes whole, struct packet *packet,
                                          enum drop *reason)
{
    struct layer *layer = &p->layers[packet->layer];

    if (packet->payload.len == 0)
        return PRODUCER_KEEP; // mere padding is never forwarded
    *reason = DROP_BAD_PAYLOAD;
    if (!vp8_read(&packet->vp8, packet->payload))
        return PRODUCER_DROP;
    if (is_endless(layer, packet)) {
        producer_want_key_frame(p, packet->layer);
        return PRODUCER_DROP;
    }
    if (layer->cache)
        packet_cache_put(layer->cache, packet->seq, input->now, whole);
    layer_rate_add(&layer->rate, input->now, (uint32_t)packet->payload.len + PACKET_AROUND,
                   packet->vp8.tid);
    p->seen[packet->layer].last_packet = input->now;
    note_key_frame(p, input, packet);
    return PRODUCER_FORWARD;
}

// Browsers send again what they sent while they waited or were muted: as probes, and what they are told
// is missing.
static bool is_of_before(struct layer *layer, usec now, const struct packet *packet)
{
    const int64_t seq = seq_unroll(layer->in.highest, packet->seq);

    if (layer->closed) {
        if (!packet->in_order)
            return true;
        layer->closed = false;
        layer->from = seq;
        if (layer->nack) {
            *layer->nack = (struct nack){0};
            nack_received(layer->nack, now, packet->seq);
        }
    }
    return seq < layer->from;
}

// RFC 4588: the packet as it was before it got lost, in memory of the caller.
static enum producer_verdict take_repair(struct producer *p, const struct producer_input *input,
                                         struct packet *packet, enum drop *reason)
{
    struct layer *layer = &p->layers[packet->layer];
    const struct rtp_view *rtp = input->rtp;
    struct writer out = writer_over(input->original, PACKET_MAX);
    struct bytes payload;

    if (!layer->in.started || !rtx_read(rtp->payload, &packet->seq, &payload))
        return PRODUCER_KEEP; // a probe
    *reason = DROP_UNKNOWN_STREAM;
    const int16_t behind = seq_diff((uint16_t)layer->in.highest, packet->seq);
    if (behind < 0 || behind >= REPAIR_WINDOW)
        return PRODUCER_DROP;
    if (is_of_before(layer, input->now, packet))
        return PRODUCER_KEEP;
    rtp_write_header(&out, &(struct rtp_fields){.marker = rtp->marker,
                                                .payload_type = p->line->payload_type,
                                                .seq = packet->seq,
                                                .timestamp = rtp->timestamp,
                                                .ssrc = layer->in.ssrc});
    const size_t header_len = writer_len(&out);
    write_bytes(&out, payload);
    if (!out.ok)
        return PRODUCER_DROP;
    if (layer->nack)
        nack_received(layer->nack, input->now, packet->seq);
    packet->payload = bytes_of(input->original + header_len, payload.len);
    return take_picture(p, input, bytes_of(input->original, writer_len(&out)), packet, reason);
}

static void begin_layer(struct producer *p, uint8_t index, uint32_t ssrc)
{
    struct layer *layer = &p->layers[index];
    const uint32_t rate = layer->clock.rate;

    make_repairable(layer, p, index);
    if (layer->in.started) // else it is as it was made
        stream_clock_init(&layer->clock, rate);
    stream_in_init(&layer->in, ssrc, rate);
    layer->has_key = false;
    layer->from = INT64_MIN;
    producer_forget_sound(p);
    if (layer->nack)
        *layer->nack = (struct nack){0};
}

// Counts a packet that came by itself. False: it is not to be used.
static bool count_original(struct producer *p, const struct producer_input *input,
                           struct packet *packet, bool *restarted)
{
    struct layer *layer = &p->layers[packet->layer];
    const struct rtp_view *rtp = input->rtp;

    *restarted = layer->in.started && layer->in.ssrc != rtp->ssrc;
    if (!layer->in.started || *restarted)
        begin_layer(p, packet->layer, rtp->ssrc);
    switch (stream_in_received(&layer->in, input->now, rtp->seq, rtp->timestamp)) {
    case STREAM_IN_JUMP:
        return false;
    case STREAM_IN_RESTARTED:
        *restarted = true;
        layer->has_key = false;
        layer->from = INT64_MIN;
        producer_forget_sound(p);
        if (layer->nack)
            *layer->nack = (struct nack){0};
        packet->in_order = true;
        break;
    case STREAM_IN_NEWEST:
        packet->in_order = true;
        break;
    case STREAM_IN_LATE:
        break;
    }
    if (layer->nack)
        nack_received(layer->nack, input->now, rtp->seq);
    return true;
}

enum producer_verdict producer_receive(struct producer *p, const struct producer_input *input,
                                       struct packet *packet, enum drop *reason)
{
    const struct rtp_view *rtp = input->rtp;
    struct layer *layer = &p->layers[input->stream->layer];
    enum producer_verdict verdict;
    bool restarted = false;

    *packet = (struct packet){.from = p,
                              .layer = input->stream->layer,
                              .seq = rtp->seq,
                              .timestamp = rtp->timestamp,
                              .marker = rtp->marker,
                              .payload = rtp->payload};
    if (packet->layer >= p->layer_count) {
        *reason = DROP_UNKNOWN_STREAM;
        return PRODUCER_DROP;
    }
    if (!input->stream->repairs && !count_original(p, input, packet, &restarted)) {
        *reason = DROP_BAD_RTP;
        return PRODUCER_DROP;
    }
    if (producer_is_shut(p)) {
        *reason = DROP_MUTED;
        return PRODUCER_DROP;
    }
    if (!input->stream->repairs && is_of_before(layer, input->now, packet))
        return PRODUCER_KEEP;
    if (input->stream->repairs)
        verdict = producer_is_picture(p) ? take_repair(p, input, packet, reason) : PRODUCER_KEEP;
    else if (producer_is_picture(p))
        verdict = take_picture(p, input, input->plain, packet, reason);
    else
        verdict = producer_take_sound(p, input, packet, reason);
    if (verdict != PRODUCER_FORWARD)
        return verdict;
    p->last_packet = input->now;
    packet->capture =
        stream_clock_capture(&layer->clock, input->clock, input->now, packet->timestamp);
    if (packet->in_order) {
        layer->newest_timestamp = packet->timestamp;
        layer->newest_capture = packet->capture;
    }
    return restarted ? PRODUCER_RESTARTED : PRODUCER_FORWARD;
}

void producer_want_key_frame(struct producer *p, uint8_t layer)
{
    keyframe_want(&p->layers[layer].keyframe);
    member_touch(p->member);
}

bool producer_layer_is_active(const struct producer *p, uint8_t layer, usec now)
{
    return p->seen[layer].last_packet && now - p->seen[layer].last_packet < SILENT_LAYER;
}

uint8_t producer_lowest_layer(const struct producer *p, usec now)
{
    for (uint8_t i = 0; i < p->layer_count; i++)
        if (producer_layer_is_active(p, i, now))
            return i;
    return 0;
}

// Known, or guessed from a layer that is: each is twice as tall as the one below.
static uint16_t height_of(const struct producer *p, uint8_t layer)
{
    if (p->seen[layer].height)
        return p->seen[layer].height;
    for (uint8_t other = 0; other < p->layer_count; other++) {
        const unsigned height = p->seen[other].height;
        if (height)
            return (uint16_t)(other < layer ? height << (layer - other)
                                            : height >> (other - layer));
    }
    return (uint16_t)(USUAL_LOWEST_HEIGHT << layer);
}

void producer_describe_layer(struct producer *p, uint8_t layer, usec now,
                             struct allocation_layer *described)
{
    struct layer_rate *rate = &p->layers[layer].rate;

    // A single stream is never switched away from, however long a still screen is silent.
    if (p->layer_count == 1 && p->seen[0].last_packet)
        p->seen[0].last_packet = now;
    described->active = producer_layer_is_active(p, layer, now);
    described->height = height_of(p, layer);
    described->temporals =
        described->active ? layer_rate_temporals(rate, now) : ALLOCATION_TEMPORALS;
    for (uint8_t tid = 0; tid < described->temporals; tid++) {
        described->bps[tid] =
            described->active ? layer_rate_bps(rate, now, tid) : layer_rate_flowing(rate, tid);
        described->most_bps[tid] = layer_rate_most(rate, tid);
    }
}

struct layer *producer_layer_of_ssrc(struct producer *p, uint32_t ssrc)
{
    for (uint8_t i = 0; i < p->layer_count; i++)
        if (p->layers[i].in.started && p->layers[i].in.ssrc == ssrc)
            return &p->layers[i];
    return NULL;
}
