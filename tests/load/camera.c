// SPDX-License-Identifier: AGPL-3.0-or-later
// load/camera.c - plays the clip's pictures as a browser sends a camera: layers, pace, key frames, RTX.
#include "load/camera.h"

#include "base/mem.h"
#include "load/stamp.h"
#include "support/random.h"
#include "wire/vp8.h"

#include <string.h>

#define DESCRIPTOR 6
#define PAYLOAD (OUTFLOW_PACKET - OUTFLOW_HEADER) // of VP8, with its descriptor
#define KEY_INTERVAL MSEC(300)
#define BURST                                                                                      \
    24000 // libwebrtc sends up to 40 ms of its pace at once; at 2.5 times 2.2 Mbit/s that is
#define PER_MSEC 600 // about 24 packets
#define LATE_MOST SEC(1)

static const char *const rids[AGENT_LAYERS] = {"q", "h", "f"};

enum err camera_init(struct camera *c, const struct clip *clip, const struct session_line *line,
                     const bool published[static AGENT_LAYERS], uint64_t seed,
                     uint16_t *transport_seq)
{
    struct random random = random_seeded(seed);

    *c = (struct camera){.clip = clip, .stamps = true, .tokens = BURST};
    c->layer_count = line->layer_count;
    for (uint8_t i = 0; i < c->layer_count; i++) {
        struct camera_layer *layer = &c->layers[i];
        layer->clip_layer = line->layers[i];
        layer->published = published[layer->clip_layer];
        layer->needed = true;
        layer->key_wanted = true;
        layer->segment = (uint16_t)(seed % clip_segments(clip));
        layer->picture_id = (uint16_t)(random_u32(&random) & VP8_PICTURE_ID_MASK);
        layer->tl0 = (uint8_t)random_u32(&random);
        outflow_init(&layer->flow, line, i, line->layer_count > 1 ? rids[layer->clip_layer] : NULL,
                     seed, transport_seq);
        if (layer->published)
            layer->history = mem_zero_array(CAMERA_HISTORY, sizeof *layer->history);
        if (layer->published && !layer->history)
            return ERR_NO_MEMORY;
    }
    return ERR_OK;
}

void camera_fini(struct camera *c)
{
    for (size_t i = 0; i < AGENT_LAYERS; i++)
        mem_free(c->layers[i].history);
    *c = (struct camera){0};
}

static usec frame_due(const struct camera *c, uint64_t n)
{
    return c->started + (usec)(n * (uint64_t)SEC(1) / CLIP_FPS);
}

void camera_start(struct camera *c, usec now, uint64_t seed)
{
    struct random random = random_seeded(seed);

    c->started = now + (usec)random_below(&random, SEC(1) / CLIP_FPS);
    c->frames = 0;
    c->tokens_at = now;
}

// --- packets -------------------------------------------------------------------------------------

static void write_descriptor(struct writer *out, const struct camera_sent *p,
                             const struct clip_frame *frame)
{
    write_u8(out, (uint8_t)(0x80 | (frame->non_reference ? 0x20 : 0) | (p->index == 0 ? 0x10 : 0)));
    write_u8(out, 0xf0);
    write_u16(out, 0x8000 | p->picture_id);
    write_u8(out, p->tl0);
    write_u8(out, (uint8_t)(frame->tid << 6 | (frame->sync ? 0x20 : 0) | p->key_index));
}

// As libwebrtc splits: about equally, the larger ones last.
static struct bytes piece_of(struct bytes data, uint8_t index, uint8_t count)
{
    const size_t small = data.len / count, large = data.len % count; // that many have one byte more
    const size_t before = index < count - large ? 0 : index - (count - large);

    return bytes_of(data.at + index * small + before, small + (index >= count - large));
}

static size_t make_packet(struct camera *c, struct camera_layer *layer, const struct camera_sent *p,
                          usec now, bool again, uint8_t *to)
{
    const struct clip_frame frame = clip_frame(c->clip, layer->clip_layer, p->segment, p->frame);
    struct writer out = writer_over(to, OUTFLOW_PACKET);

    outflow_write(&layer->flow,
                  &(struct outflow_packet){.again = again,
                                           .marker = p->index + 1 == p->count,
                                           .seq = p->seq,
                                           .timestamp = p->timestamp,
                                           .now = now},
                  &out);
    const size_t header = writer_len(&out);
    write_descriptor(&out, p, &frame);
    write_bytes(&out, piece_of(frame.data, p->index, p->count));
    if (!out.ok)
        return 0;
    if (c->stamps)
        (void)stamp_write(to + header, writer_len(&out) - header,
                          &(struct stamp){layer->flow.ssrc, p->number, p->sent});
    return writer_len(&out);
}

static void send_packet(struct camera *c, struct camera_job *job, usec now, camera_emit *emit,
                        void *to)
{
    struct camera_layer *layer = &c->layers[job->layer];
    struct camera_sent *kept = &layer->history[layer->flow.seq % CAMERA_HISTORY];
    uint8_t packet[OUTFLOW_PACKET];

    *kept = job->next;
    kept->is_there = true;
    kept->seq = layer->flow.seq++;
    kept->number = layer->flow.packets++;
    kept->sent = now;
    job->next.index++;
    const size_t len = make_packet(c, layer, kept, now, false, packet);
    layer->flow.octets += (uint32_t)len;
    emit(to, false, bytes_of(packet, len));
}

// --- frames --------------------------------------------------------------------------------------

static void queue_frame(struct camera *c, uint8_t index, uint32_t timestamp)
{
    struct camera_layer *layer = &c->layers[index];

    if (layer->frame >= clip_frames(c->clip) || layer->key_wanted) {
        layer->segment = (uint16_t)((layer->segment + 1u) % clip_segments(c->clip));
        layer->frame = 0;
        layer->key_wanted = false;
    }
    const struct clip_frame frame =
        clip_frame(c->clip, layer->clip_layer, layer->segment, layer->frame);
    layer->keys += frame.key;
    layer->picture_id = (layer->picture_id + 1) & VP8_PICTURE_ID_MASK;
    if (frame.tid == 0) {
        layer->tl0++;
        layer->key_index = (layer->key_index + 1) & VP8_KEY_INDEX_MASK;
    }
    c->queue[c->queue_tail++ % CAMERA_QUEUE] = (struct camera_job){
        .layer = index,
        .next = {.segment = layer->segment,
                 .frame = layer->frame,
                 .picture_id = layer->picture_id,
                 .tl0 = layer->tl0,
                 .key_index = layer->key_index,
                 .count = (uint8_t)((frame.data.len + PAYLOAD - DESCRIPTOR - 1) /
                                    (PAYLOAD - DESCRIPTOR)),
                 .timestamp = timestamp}};
    layer->frame++;
}

static bool is_sent(const struct camera_layer *layer)
{
    return layer->published && layer->needed;
}

static void make_frames(struct camera *c, usec now)
{
    for (usec due; (due = frame_due(c, c->frames)) <= now; c->frames++) {
        if (c->off)
            continue;
        if (now - due > LATE_MOST || c->queue_tail - c->queue_head > CAMERA_QUEUE - AGENT_LAYERS) {
            c->skipped++;
            for (uint8_t i = 0; i < c->layer_count; i++) // what follows would refer to it
                c->layers[i].key_wanted = true;
            continue;
        }
        if (c->slip)
            histogram_add(c->slip, (uint64_t)(now - due));
        for (uint8_t i = 0; i < c->layer_count; i++)
            if (is_sent(&c->layers[i]))
                queue_frame(c, i, (uint32_t)(c->frames * (90000 / CLIP_FPS)));
    }
}

void camera_run(struct camera *c, usec now, const char *cname, camera_emit *emit, void *to)
{
    uint8_t packet[OUTFLOW_PACKET];

    make_frames(c, now);
    c->tokens += (now - c->tokens_at) * PER_MSEC / 1000;
    c->tokens = c->tokens < BURST ? c->tokens : BURST;
    c->tokens_at = now;
    while (c->queue_head < c->queue_tail && c->tokens >= 1000) {
        struct camera_job *job = &c->queue[c->queue_head % CAMERA_QUEUE];
        send_packet(c, job, now, emit, to);
        c->tokens -= 1000;
        if (job->next.index == job->next.count)
            c->queue_head++;
    }
    for (uint8_t i = 0; i < c->layer_count; i++) {
        struct writer out = writer_over(packet, sizeof packet);
        const uint32_t timestamp = (uint32_t)((now - c->started) * 9 / 100);
        if (is_sent(&c->layers[i]) &&
            outflow_report(&c->layers[i].flow, now, timestamp, cname, &out))
            emit(to, true, bytes_of(packet, writer_len(&out)));
    }
}

usec camera_deadline(const struct camera *c)
{
    const usec due = frame_due(c, c->frames);

    if (c->queue_head == c->queue_tail)
        return due;
    return usec_min(due, c->tokens >= 1000
                             ? c->tokens_at
                             : c->tokens_at + (1000 - c->tokens) * 1000 / PER_MSEC + 1);
}

// --- what is asked of it -------------------------------------------------------------------------

void camera_need(struct camera *c, const bool *needed, size_t count)
{
    for (size_t i = 0; i < c->layer_count && i < count; i++) {
        if (needed[i] && !c->layers[i].needed)
            c->layers[i].key_wanted = true;
        c->layers[i].needed = needed[i];
    }
}

void camera_mute(struct camera *c, usec now, bool off)
{
    if (c->off && !off)
        for (size_t i = 0; i < c->layer_count; i++)
            c->layers[i].key_wanted = true;
    if (off)
        c->queue_head = c->queue_tail;
    c->tokens_at = now;
    c->off = off;
}

static struct camera_layer *find(struct camera *c, uint32_t ssrc)
{
    for (size_t i = 0; i < c->layer_count; i++)
        if (c->layers[i].published && c->layers[i].flow.ssrc == ssrc)
            return &c->layers[i];
    return NULL;
}

// One encoder makes all layers: a key frame of one is one of all.
bool camera_wants_key(struct camera *c, usec now, uint32_t ssrc)
{
    if (!find(c, ssrc))
        return false;
    if (c->key_at && now - c->key_at < KEY_INTERVAL)
        return true;
    c->key_at = now;
    for (size_t i = 0; i < c->layer_count; i++)
        c->layers[i].key_wanted = true;
    return true;
}

bool camera_lost(struct camera *c, usec now, uint32_t ssrc, uint16_t seq, camera_emit *emit,
                 void *to)
{
    struct camera_layer *layer = find(c, ssrc);
    uint8_t packet[OUTFLOW_PACKET];

    if (!layer)
        return false;
    const struct camera_sent *kept = &layer->history[seq % CAMERA_HISTORY];
    if (!kept->is_there || kept->seq != seq || layer->flow.line->rtx_payload_type == 0)
        return true;
    const size_t len = make_packet(c, layer, kept, now, true, packet);
    c->retransmitted++;
    emit(to, false, bytes_of(packet, len));
    return true;
}

bool camera_is_reported(struct camera *c, uint32_t ssrc)
{
    struct camera_layer *layer = find(c, ssrc);

    if (layer)
        layer->flow.is_known = true;
    return layer != NULL;
}
