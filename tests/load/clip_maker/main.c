// SPDX-License-Identifier: AGPL-3.0-or-later
// load/clip_maker/main.c - makes the clip that the load generator's cameras and microphones send.
#include "base/mem.h"
#include "load/clip_file.h"
#include "load/clip_maker/encoder.h"
#include "load/clip_maker/scene.h"
#include "load/clip_maker/voice.h"

#include <opus/opus.h>
#include <stdio.h>
#include <string.h>

#define SEED 2026
#define SEGMENTS 3
#define FRAMES 240 // 8 s: a multiple of the pattern of four
#define SPEECH 500
#define SILENCE 250
#define SETTLE                                                                                     \
    100 // frames before a silence is one: half of them speech, so that there is a difference
#define SOUND_BPS 32000
#define SOUND_MOST 400

static const uint32_t kbps[CLIP_LAYERS] = {150, 500, 1500};

// A layer, or the sound: its index and its data grow apart and are written one after another.
struct track {
    uint8_t *data; // owned
    size_t len;
    size_t size;
    uint8_t index[CLIP_INDEX_MOST];
    struct writer out;
};

#define SOUND CLIP_LAYERS

struct maker {
    struct track tracks[CLIP_LAYERS + 1];
    struct encoder *encoders[CLIP_LAYERS];
    struct picture pictures[CLIP_LAYERS];
    struct scene *scene;
};

static bool keep(struct track *t, struct bytes data)
{
    if (t->len + data.len > t->size) {
        const size_t size = 2 * t->size + data.len + 65536;
        uint8_t *more = mem_resize(t->data, size);
        if (!more)
            return false;
        t->data = more;
        t->size = size;
    }
    if (data.len)
        memcpy(t->data + t->len, data.at, data.len);
    t->len += data.len;
    return true;
}

static bool keep_frame(struct track *t, unsigned n, struct bytes data)
{
    const struct frame_role role = encoder_role(n);

    write_u32(&t->out, (uint32_t)data.len);
    write_u8(&t->out, role.tid);
    write_u8(&t->out, (uint8_t)((n == 0 ? CLIP_KEY : 0) | (role.sync ? CLIP_SYNC : 0) |
                                (role.non_reference ? CLIP_NON_REFERENCE : 0)));
    return keep(t, data);
}

static bool prepare_pictures(struct maker *m)
{
    bool made = scene_create(&m->scene, SEED) == ERR_OK;

    for (size_t i = 0; made && i < CLIP_LAYERS; i++) {
        const unsigned halved = (unsigned)(CLIP_LAYERS - 1 - i);
        made = picture_create(&m->pictures[i], SCENE_WIDTH >> halved, SCENE_HEIGHT >> halved) ==
                   ERR_OK &&
               encoder_create(&m->encoders[i], m->pictures[i].width, m->pictures[i].height,
                              kbps[i]) == ERR_OK;
    }
    return made;
}

static bool make_pictures(struct maker *m)
{
    struct bytes data;

    for (unsigned n = 0; n < SEGMENTS * FRAMES; n++) {
        scene_draw(m->scene, n, &m->pictures[CLIP_LAYERS - 1]);
        for (size_t i = CLIP_LAYERS - 1; i > 0; i--)
            picture_halve(&m->pictures[i - 1], &m->pictures[i]);
        for (size_t i = 0; i < CLIP_LAYERS; i++)
            if (encoder_encode(m->encoders[i], n % FRAMES, &m->pictures[i], &data) != ERR_OK ||
                !keep_frame(&m->tracks[i], n % FRAMES, data))
                return false;
    }
    return true;
}

static bool make_sound(struct track *t, bool speaks)
{
    int code;
    OpusEncoder *encoder = opus_encoder_create(VOICE_RATE, 1, OPUS_APPLICATION_VOIP, &code);
    struct voice voice = voice_of(SEED);
    int16_t samples[VOICE_FRAME];
    uint8_t packet[SOUND_MOST];
    bool made = encoder && opus_encoder_ctl(encoder, OPUS_SET_BITRATE(SOUND_BPS)) == OPUS_OK &&
                opus_encoder_ctl(encoder, OPUS_SET_COMPLEXITY(9)) == OPUS_OK &&
                opus_encoder_ctl(encoder, OPUS_SET_INBAND_FEC(1)) == OPUS_OK &&
                opus_encoder_ctl(encoder, OPUS_SET_PACKET_LOSS_PERC(10)) == OPUS_OK &&
                opus_encoder_ctl(encoder, OPUS_SET_DTX(1)) == OPUS_OK;

    for (unsigned n = 0; made && n < (speaks ? SPEECH : SETTLE + SILENCE); n++) {
        if (speaks || n < SETTLE / 2)
            voice_speak(&voice, samples);
        else
            voice_be_quiet(&voice, samples);
        const int len = opus_encode(encoder, samples, VOICE_FRAME, packet, sizeof packet);
        made = len > 0;
        if (!made || (!speaks && n < SETTLE))
            continue;
        // Browsers do not send what is two bytes or less (RFC 7587, section 3.1.3), but while they speak.
        const size_t sent = len <= 2 && !speaks ? 0 : (size_t)len;
        write_u16(&t->out, (uint16_t)sent);
        write_u8(&t->out, voice_level(samples));
        made = keep(t, bytes_of(packet, sent));
    }
    if (encoder)
        opus_encoder_destroy(encoder);
    return made;
}

static bool write_file(const struct maker *m, FILE *file)
{
    uint8_t head[64];
    struct writer out = writer_over(head, sizeof head);
    bool written;

    write_bytes(&out, bytes_of_string(CLIP_MAGIC));
    write_u16(&out, SEGMENTS);
    write_u16(&out, FRAMES);
    write_u16(&out, SPEECH);
    write_u16(&out, SILENCE);
    for (size_t i = 0; i < CLIP_LAYERS; i++) {
        write_u16(&out, (uint16_t)m->pictures[i].width);
        write_u16(&out, (uint16_t)m->pictures[i].height);
    }
    written = out.ok && fwrite(head, writer_len(&out), 1, file) == 1;
    for (size_t i = 0; i <= SOUND; i++)
        written = written && m->tracks[i].out.ok &&
                  fwrite(m->tracks[i].index, writer_len(&m->tracks[i].out), 1, file) == 1;
    for (size_t i = 0; i <= SOUND; i++)
        written = written && fwrite(m->tracks[i].data, m->tracks[i].len, 1, file) == 1;
    return written;
}

static bool make(struct maker *m, const char *path)
{
    FILE *file = NULL;
    bool made;

    for (size_t i = 0; i <= SOUND; i++)
        m->tracks[i].out = writer_over(m->tracks[i].index, CLIP_INDEX_MOST);
    made = prepare_pictures(m) && make_pictures(m) && make_sound(&m->tracks[SOUND], true) &&
           make_sound(&m->tracks[SOUND], false);
    if (made)
        file = fopen(path, "wb");
    made = file && write_file(m, file);
    return file && fclose(file) == 0 && made;
}

int main(int count, char **words)
{
    static struct maker m;

    if (count != 2) {
        fprintf(stderr, "usage: clip_maker FILE\n");
        return 2;
    }
    const bool made = make(&m, words[1]);
    for (size_t i = 0; i <= SOUND; i++)
        mem_free(m.tracks[i].data);
    for (size_t i = 0; i < CLIP_LAYERS; i++) {
        encoder_destroy(m.encoders[i]);
        picture_destroy(&m.pictures[i]);
    }
    scene_destroy(m.scene);
    if (!made) {
        fprintf(stderr, "clip_maker: could not make %s\n", words[1]);
        (void)remove(words[1]);
        return 1;
    }
    return 0;
}
