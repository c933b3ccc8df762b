// SPDX-License-Identifier: AGPL-3.0-or-later
// support/sender.c - Opus and VP8 look-alikes whose payload says whose they are.
#include "support/sender.h"

#include "support/check.h"
#include "wire/rtcp.h"
#include "wire/rtp.h"
#include "wire/rtp_ext.h"
#include "wire/vp8.h"

#include <stdlib.h>
#include <string.h>

#define MAGIC 0xa5c7
#define OPUS_FRAME MSEC(20)
#define VIDEO_FRAME 33333
#define NTP_UNIX_SECONDS 2208988800u
#define WALL_AT_ZERO SEC(1700000000)

#define OPUS_BPS 32000u
#define PACKET_BYTES 1172u  // of IP, at most
#define PACKET_OVERHEAD 72u // IP, UDP, RTP with extensions, SRTP's tag
#define LEAST_PAYLOAD 45u   // what says whose it is
#define KEY_FRAME 6u        // times as large as others
#define RED_BLOCK_HEADER 4

static const uint8_t packets_per_frame[PARAMETERS_LAYERS] = {1, 2, 4};
static const uint8_t temporal_pattern[4] = {0, 2, 1, 2};
// Frames of a temporal layer against the mean, in tenths: 40, 20 and 40 % of the rate.
static const uint8_t temporal_size[3] = {16, 8, 8};
static const uint8_t temporal_share[3] = {40, 60, 100};

bool content_read(struct content *content, struct bytes payload)
{
    struct reader in = reader_over(payload);

    read_bytes(&in, CONTENT_AT);
    if (read_u16(&in) != MAGIC)
        return false;
    content->source = read_u32(&in);
    content->layer = read_u8(&in);
    content->index = read_u8(&in);
    content->count = read_u8(&in);
    content->key = read_u8(&in) != 0;
    content->frame = read_u32(&in);
    content->captured = (usec)read_u64(&in);
    return in.ok;
}

static void write_content(struct writer *out, const struct content *content)
{
    write_u16(out, MAGIC);
    write_u32(out, content->source);
    write_u8(out, content->layer);
    write_u8(out, content->index);
    write_u8(out, content->count);
    write_u8(out, content->key);
    write_u32(out, content->frame);
    write_u64(out, (uint64_t)content->captured);
}

void sender_init(struct sender *s, const struct line_parameters *line, uint32_t source,
                 uint32_t first_ssrc, usec clock, uint16_t *transport_seq)
{
    *s = (struct sender){.line = line,
                         .source = source,
                         .clock = clock,
                         .on = true,
                         .level = 30,
                         .transport_seq = transport_seq,
                         .layer_count = line->layer_count};
    s->layers = calloc(s->layer_count, sizeof *s->layers);
    CHECK(s->layers != NULL);
    for (uint8_t i = 0; i < s->layer_count; i++) {
        struct send_layer *layer = &s->layers[i];
        layer->ssrc = first_ssrc + 2u * i;
        layer->rtx_ssrc = first_ssrc + 2u * i + 1;
        layer->seq = (uint16_t)(65000u + 300u * i + source);
        layer->rtx_seq = (uint16_t)(source * 77);
        layer->timestamp_base = (source + i) * 0x35b2917u;
        layer->picture_id = (uint16_t)((source * 1000 + 32000u * i) & VP8_PICTURE_ID_MASK);
        layer->tl0 = (uint8_t)(source * 31 + i);
        layer->key_wanted = true;
    }
}

void sender_fini(struct sender *s)
{
    free(s->layers);
    s->layers = NULL;
}

static size_t write_extensions(const struct sender *s, uint8_t *block, size_t size, uint8_t layer,
                               bool repairs)
{
    const struct line_extensions *ids = &s->line->extensions;
    struct writer out = writer_over(block, size);

    if (ids->mid)
        rtp_ext_write(&out, ids->mid, bytes_of_string(s->line->mid));
    if (s->line->layer_count > 1)
        rtp_ext_write(&out, repairs ? ids->repaired_rid : ids->rid,
                      bytes_of_string(s->line->rids[layer]));
    if (ids->transport_cc)
        rtp_ext_write_u16(&out, ids->transport_cc, (*s->transport_seq)++);
    if (s->line->kind == LINE_AUDIO && ids->audio_level)
        rtp_ext_write(&out, ids->audio_level,
                      bytes_of(&(uint8_t){audio_level_byte((struct audio_level){
                                   .level = s->level, .voice = s->level < 100})},
                               1));
    rtp_ext_write_end(&out);
    CHECK(out.ok);
    return writer_len(&out);
}

static uint32_t timestamp_of(const struct sender *s, const struct send_layer *layer, usec now)
{
    const usec hertz = s->line->kind == LINE_AUDIO ? 48000 : 90000;

    if (layer->frozen)
        return layer->timestamp;
    return layer->timestamp_base + layer->leap +
           (uint32_t)(uint64_t)((now + s->clock) * (hertz / 1000) / 1000);
}

struct to_emit {
    uint8_t payload_type;
    bool marker;
    struct bytes payload;
};

static void emit_rtp(struct sender *s, uint8_t index, usec now, const struct to_emit *what,
                     sender_emit *emit, void *to)
{
    struct send_layer *layer = &s->layers[index];
    struct sent_packet *kept = &layer->history[layer->seq % SENDER_HISTORY];
    struct writer out = writer_over(kept->bytes, sizeof kept->bytes);
    uint8_t block[96];
    const size_t len = write_extensions(s, block, sizeof block, index, false);

    layer->timestamp = timestamp_of(s, layer, now - s->late);
    rtp_write_header(&out, &(struct rtp_fields){.marker = what->marker,
                                                .payload_type = what->payload_type,
                                                .seq = layer->seq,
                                                .timestamp = layer->timestamp,
                                                .ssrc = layer->ssrc,
                                                .extension_profile = RTP_EXT_ONE_BYTE,
                                                .extension = bytes_of(block, len)});
    write_bytes(&out, what->payload);
    CHECK(out.ok);
    kept->len = (uint16_t)writer_len(&out);
    layer->seq++;
    layer->packets++;
    layer->octets += (uint32_t)what->payload.len;
    emit(to, false, bytes_of(kept->bytes, kept->len));
}

// The last frame in front of this one (RFC 2198, section 3).
static size_t write_red(const struct sender *s, uint8_t *to, size_t size, struct bytes primary)
{
    struct writer out = writer_over(to, size);
    const uint32_t offset = 48 * 20;

    write_u8(&out, 0x80 | s->line->payload_type);
    write_u24(&out, offset << 10 | s->last_sound_len);
    write_u8(&out, s->line->payload_type);
    write_bytes(&out, bytes_of(s->last_sound, s->last_sound_len));
    write_bytes(&out, primary);
    CHECK(out.ok);
    return writer_len(&out);
}

static void send_sound(struct sender *s, usec now, sender_emit *emit, void *to)
{
    const uint32_t bps = s->opus_bps ? s->opus_bps : OPUS_BPS;
    const size_t len = bps * (OPUS_FRAME / 1000) / 8000;
    uint8_t payload[SENDER_SOUND] = {0xf8}; // CELT, 20 ms, mono, one frame
    uint8_t red[2 * SENDER_SOUND + RED_BLOCK_HEADER + 1];
    struct writer out = writer_over(payload + CONTENT_AT, sizeof payload - CONTENT_AT);
    struct to_emit what = {.payload_type = s->line->payload_type};

    write_content(&out, &(struct content){.source = s->source,
                                          .count = 1,
                                          .frame = s->layers[0].frame++,
                                          .captured = now - s->late + s->clock});
    CHECK(len >= CONTENT_AT + writer_len(&out) && len <= sizeof payload);
    what.payload = bytes_of(payload, len);
    if (s->redundancy && s->line->red_payload_type && s->last_sound_len) {
        what.payload_type = s->line->red_payload_type;
        what.payload = bytes_of(red, write_red(s, red, sizeof red, what.payload));
    }
    emit_rtp(s, 0, now, &what, emit, to);
    memcpy(s->last_sound, payload, len);
    s->last_sound_len = (uint16_t)len;
}

static void write_descriptor(struct writer *out, const struct sender *s,
                             const struct send_layer *layer, bool first, uint8_t tid)
{
    write_u8(out, (uint8_t)(0x80 | (first ? 0x10 : 0)));
    write_u8(out, s->temporal ? 0xf0 : 0x80);
    write_u16(out, 0x8000 | layer->picture_id);
    if (s->temporal) {
        write_u8(out, layer->tl0);
        write_u8(out, (uint8_t)(tid << 6 | (tid ? 0x20 : 0) | layer->key_index));
    }
}

// Ten bytes: of a frame's first packet the frame tag, of a key frame also start code and size.
static void write_frame_header(struct writer *out, uint8_t layer, bool first, bool key)
{
    const uint16_t height = (uint16_t)(180u << layer);
    const uint16_t width = (uint16_t)(320u << layer);

    write_u8(out, first ? (key ? 0x10 : 0x11) : 0x55);
    write_u16(out, 0);
    write_u24(out, 0x9d012a);
    write_u8(out, (uint8_t)width);
    write_u8(out, (uint8_t)(width >> 8));
    write_u8(out, (uint8_t)height);
    write_u8(out, (uint8_t)(height >> 8));
}

uint32_t sender_nominal_bps(const struct sender *s, uint8_t layer, uint8_t temporal)
{
    const uint64_t bps = s->layer_bps[layer];

    return (uint32_t)(s->temporal ? bps * temporal_share[temporal] / 100 : bps);
}

// Of IP packets.
static uint32_t frame_bytes(const struct sender *s, struct send_layer *layer, uint8_t index,
                            bool key, uint8_t tid)
{
    const uint32_t mean = s->layer_bps[index] / 8 / SENDER_FPS;
    const uint32_t nominal = s->temporal ? mean * temporal_size[tid] / 10 : mean;
    const uint32_t noise = (layer->packets * 7919u + layer->frame * 104729u) % 31;
    const uint32_t varied = nominal * (85 + noise) / 100;

    if (key) {
        layer->debt += KEY_FRAME * mean - nominal;
        return KEY_FRAME * mean;
    }
    const uint32_t saved = layer->debt < varied / 5 ? layer->debt : varied / 5;
    layer->debt -= saved;
    return varied - saved;
}

struct frame_plan {
    uint8_t count;    // of packets
    uint32_t payload; // of each, content and all
    uint8_t longer;   // the last of them, by one byte, as libwebrtc splits a frame
};

static struct frame_plan plan_frame(const struct sender *s, struct send_layer *layer, uint8_t index,
                                    bool key, uint8_t tid)
{
    if (s->layer_bps[index] == 0)
        return (struct frame_plan){.count = s->layer_count > 1 ? packets_per_frame[index] : 2,
                                   .payload = 600u + 100u * index};
    const uint32_t bytes = frame_bytes(s, layer, index, key, tid);
    const uint32_t count = (bytes + PACKET_BYTES - 1) / PACKET_BYTES;
    const uint32_t each = bytes / count;
    CHECK(count <= UINT8_MAX);
    const bool is_small = each <= PACKET_OVERHEAD + LEAST_PAYLOAD;
    return (struct frame_plan){.count = (uint8_t)count,
                               .payload = is_small ? LEAST_PAYLOAD : each - PACKET_OVERHEAD,
                               .longer = is_small ? 0 : (uint8_t)(bytes % count)};
}

static void send_frame(struct sender *s, uint8_t index, usec now, sender_emit *emit, void *to)
{
    struct send_layer *layer = &s->layers[index];
    const bool key = layer->key_wanted && !layer->gives_no_keys;
    if (key) {
        layer->frame = 0;
        layer->keys++;
    }
    const uint8_t tid = key || !s->temporal ? 0 : temporal_pattern[layer->frame % 4];
    const struct frame_plan plan = plan_frame(s, layer, index, key, tid);
    uint8_t payload[SENDER_PACKET];

    layer->picture_id = (layer->picture_id + 1) & VP8_PICTURE_ID_MASK;
    if (tid == 0) {
        layer->tl0++;
        layer->key_index = (layer->key_index + 1) & VP8_KEY_INDEX_MASK;
    }
    for (uint8_t i = 0; i < plan.count; i++) {
        struct writer out = writer_over(payload, plan.payload + (i >= plan.count - plan.longer));
        write_descriptor(&out, s, layer, i == 0, tid);
        write_frame_header(&out, index, i == 0, key);
        write_content(&out, &(struct content){.source = s->source,
                                              .layer = index,
                                              .index = i,
                                              .count = plan.count,
                                              .key = key,
                                              .frame = layer->frame,
                                              .captured = now - s->late + s->clock});
        write_zeros(&out, (size_t)(out.end - out.at));
        emit_rtp(s, index, now,
                 &(struct to_emit){.payload_type = s->line->payload_type,
                                   .marker = i + 1 == plan.count,
                                   .payload = bytes_of(payload, writer_len(&out))},
                 emit, to);
    }
    layer->key_wanted = layer->key_wanted && !key;
    layer->frame++;
}

static void send_report(struct sender *s, struct send_layer *layer, usec now, sender_emit *emit,
                        void *to)
{
    uint8_t packet[100];
    struct writer out = writer_over(packet, sizeof packet);
    const uint64_t ntp = ntp_from_usec(now + s->clock + WALL_AT_ZERO + SEC(NTP_UNIX_SECONDS));
    const struct rtcp_sender sender = {.ssrc = layer->ssrc,
                                       .ntp = ntp,
                                       .packets = layer->packets,
                                       .octets = layer->octets,
                                       .timestamp = timestamp_of(s, layer, now)};

    rtcp_write_sr(&out, &sender, NULL, 0);
    rtcp_write_cname(&out, layer->ssrc, bytes_of_string("scripted"));
    CHECK(out.ok);
    emit(to, true, bytes_of(packet, writer_len(&out)));
}

void sender_run(struct sender *s, usec now, sender_emit *emit, void *to)
{
    const bool is_audio = s->line->kind == LINE_AUDIO;

    if (!s->on || now < s->next)
        return;
    s->next = (s->next ? s->next : now + s->phase) + (is_audio ? OPUS_FRAME : VIDEO_FRAME);
    if (s->next <= now) // it was off for a while
        s->next = now + (is_audio ? OPUS_FRAME : VIDEO_FRAME);
    for (uint8_t i = 0; i < s->layer_count; i++) {
        if (s->layers[i].off || s->layers[i].stopped)
            continue;
        if (is_audio)
            send_sound(s, now, emit, to);
        else
            send_frame(s, i, now, emit, to);
        if (now >= s->next_report)
            send_report(s, &s->layers[i], now, emit, to);
    }
    if (now >= s->next_report)
        s->next_report = now + SEC(1);
}

void sender_stop_layer(struct sender *s, uint8_t layer, bool stopped)
{
    s->layers[layer].key_wanted = s->layers[layer].key_wanted || !stopped;
    s->layers[layer].stopped = stopped;
}

bool sender_wants_key(struct sender *s, uint32_t ssrc)
{
    for (uint8_t i = 0; i < s->layer_count; i++) {
        if (s->layers[i].ssrc != ssrc)
            continue;
        s->layers[i].key_wanted = true;
        return true;
    }
    return false;
}

static void resend(struct sender *s, uint8_t index, const struct sent_packet *kept,
                   sender_emit *emit, void *to)
{
    struct send_layer *layer = &s->layers[index];
    struct rtp_view rtp;
    uint8_t packet[SENDER_PACKET + 16];
    uint8_t block[96];
    struct writer out = writer_over(packet, sizeof packet);

    CHECK(rtp_read(&rtp, bytes_of(kept->bytes, kept->len)));
    const size_t len = write_extensions(s, block, sizeof block, index, true);
    rtp_write_header(&out, &(struct rtp_fields){.marker = rtp.marker,
                                                .payload_type = s->line->rtx_payload_type,
                                                .seq = layer->rtx_seq++,
                                                .timestamp = rtp.timestamp,
                                                .ssrc = layer->rtx_ssrc,
                                                .extension_profile = RTP_EXT_ONE_BYTE,
                                                .extension = bytes_of(block, len)});
    write_u16(&out, rtp.seq);
    write_bytes(&out, rtp.payload);
    CHECK(out.ok);
    layer->retransmitted++;
    emit(to, false, bytes_of(packet, writer_len(&out)));
}

bool sender_lost(struct sender *s, uint32_t ssrc, uint16_t seq, sender_emit *emit, void *to)
{
    for (uint8_t i = 0; i < s->layer_count; i++) {
        struct rtp_view rtp;
        const struct sent_packet *kept = &s->layers[i].history[seq % SENDER_HISTORY];
        if (s->layers[i].ssrc != ssrc)
            continue;
        if (s->line->rtx_payload_type && kept->len &&
            rtp_read(&rtp, bytes_of(kept->bytes, kept->len)) && rtp.seq == seq)
            resend(s, i, kept, emit, to);
        return true;
    }
    return false;
}

void sender_probe(struct sender *s, uint8_t index, sender_emit *emit, void *to)
{
    struct send_layer *layer = &s->layers[index];
    uint8_t packet[512];
    uint8_t block[96];
    struct writer out = writer_over(packet, sizeof packet);
    const size_t len = write_extensions(s, block, sizeof block, index, true);

    rtp_write_header(&out, &(struct rtp_fields){.payload_type = s->line->rtx_payload_type,
                                                .seq = layer->rtx_seq++,
                                                .timestamp = layer->timestamp_base,
                                                .ssrc = layer->rtx_ssrc,
                                                .extension_profile = RTP_EXT_ONE_BYTE,
                                                .extension = bytes_of(block, len)});
    write_zeros(&out, 223);
    write_u8(&out, 224);
    CHECK(out.ok);
    packet[0] |= 0x20; // the P bit: all of the payload is padding
    emit(to, false, bytes_of(packet, writer_len(&out)));
}
