// SPDX-License-Identifier: AGPL-3.0-or-later
// load/clip.c - a clip read whole into memory, checked once, looked up by index.
#include "load/clip.h"

#include "base/mem.h"
#include "load/clip_file.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FILE_MOST ((size_t)256 * 1024 * 1024)
#define FRAME_MOST 200000 // so that a frame has at most 255 packets
#define NAME "aftercare-load.clip"

struct clip {
    // given
    uint16_t segments;
    uint16_t frames;
    uint16_t speech;
    uint16_t silence;
    uint16_t width[CLIP_LAYERS];
    uint16_t height[CLIP_LAYERS];
    // owned
    uint8_t *data;
    struct clip_frame *pictures;
    struct clip_sound *sounds; // speech, then silence
};

static bool read_head(struct clip *clip, struct reader *in)
{
    const struct bytes magic = read_bytes(in, strlen(CLIP_MAGIC));

    clip->segments = read_u16(in);
    clip->frames = read_u16(in);
    clip->speech = read_u16(in);
    clip->silence = read_u16(in);
    for (size_t i = 0; i < CLIP_LAYERS; i++) {
        clip->width[i] = read_u16(in);
        clip->height[i] = read_u16(in);
    }
    return in->ok && bytes_equal(magic, bytes_of_string(CLIP_MAGIC)) && clip->segments &&
           clip->frames && clip->speech && clip->silence;
}

static size_t picture_count(const struct clip *clip)
{
    return (size_t)CLIP_LAYERS * clip->segments * clip->frames;
}

static bool read_index(struct clip *clip, struct reader *in)
{
    const size_t pictures = picture_count(clip), sounds = (size_t)clip->speech + clip->silence;
    const size_t index = pictures * CLIP_FRAME_ENTRY + sounds * CLIP_SOUND_ENTRY;
    struct reader data = *in;

    read_bytes(&data, index);
    for (size_t i = 0; i < pictures && in->ok; i++) {
        struct clip_frame *frame = &clip->pictures[i];
        const uint32_t size = read_u32(in);
        frame->tid = read_u8(in);
        const uint8_t flags = read_u8(in);
        frame->key = flags & CLIP_KEY;
        frame->sync = flags & CLIP_SYNC;
        frame->non_reference = flags & CLIP_NON_REFERENCE;
        frame->data = read_bytes(&data, size);
        if (size == 0 || size > FRAME_MOST || frame->tid > 2 ||
            frame->key != (i % clip->frames == 0))
            return false;
    }
    for (size_t i = 0; i < sounds && in->ok; i++) {
        const uint16_t size = read_u16(in);
        clip->sounds[i].level = read_u8(in) & 127;
        clip->sounds[i].data = read_bytes(&data, size);
    }
    return in->ok && data.ok && reader_left(&data) == 0;
}

enum err clip_read(struct clip **made, struct bytes file)
{
    struct clip *clip = mem_zero(sizeof *clip);
    if (!clip)
        return ERR_NO_MEMORY;

    clip->data = mem_zero(file.len + 1);
    if (!clip->data) {
        clip_close(clip);
        return ERR_NO_MEMORY;
    }
    if (file.len)
        memcpy(clip->data, file.at, file.len);
    struct reader in = reader_over(bytes_of(clip->data, file.len));
    if (!read_head(clip, &in) || picture_count(clip) * CLIP_FRAME_ENTRY > file.len) {
        clip_close(clip);
        return ERR_INVALID;
    }
    clip->pictures = mem_zero_array(picture_count(clip), sizeof *clip->pictures);
    clip->sounds = mem_zero_array((size_t)clip->speech + clip->silence, sizeof *clip->sounds);
    if (!clip->pictures || !clip->sounds || !read_index(clip, &in)) {
        const bool short_of_memory = !clip->pictures || !clip->sounds;
        clip_close(clip);
        return short_of_memory ? ERR_NO_MEMORY : ERR_INVALID;
    }
    *made = clip;
    return ERR_OK;
}

static bool beside_program(char *path, size_t size)
{
    char program[PATH_MAX];
    const ssize_t len = readlink("/proc/self/exe", program, sizeof program - 1);

    if (len <= 0)
        return false;
    program[len] = '\0';
    *strrchr(program, '/') = '\0';
    return snprintf(path, size, "%s/%s", program, NAME) < (int)size;
}

enum err clip_open(struct clip **made, const char *path)
{
    char own[PATH_MAX + 32];
    enum err err = ERR_IO;
    FILE *file = NULL;
    uint8_t *all = NULL;
    long len;

    if (!path && beside_program(own, sizeof own))
        path = own;
    file = path ? fopen(path, "rb") : NULL;
    if (!file || fseek(file, 0, SEEK_END) || (len = ftell(file)) < 0 || (size_t)len > FILE_MOST ||
        fseek(file, 0, SEEK_SET))
        goto out;
    err = ERR_NO_MEMORY;
    all = mem_zero((size_t)len + 1);
    if (!all)
        goto out;
    err = fread(all, 1, (size_t)len, file) == (size_t)len
              ? clip_read(made, bytes_of(all, (size_t)len))
              : ERR_IO;
out:
    mem_free(all);
    if (file)
        (void)fclose(file);
    return err;
}

void clip_close(struct clip *clip)
{
    if (!clip)
        return;
    mem_free(clip->pictures);
    mem_free(clip->sounds);
    mem_free(clip->data);
    mem_free(clip);
}

size_t clip_segments(const struct clip *clip)
{
    return clip->segments;
}

size_t clip_frames(const struct clip *clip)
{
    return clip->frames;
}

struct clip_frame clip_frame(const struct clip *clip, size_t layer, size_t segment, size_t frame)
{
    return clip->pictures[(layer * clip->segments + segment) * clip->frames + frame];
}

uint32_t clip_width(const struct clip *clip, size_t layer)
{
    return clip->width[layer];
}

uint32_t clip_height(const struct clip *clip, size_t layer)
{
    return clip->height[layer];
}

size_t clip_speech_count(const struct clip *clip)
{
    return clip->speech;
}

struct clip_sound clip_speech(const struct clip *clip, size_t index)
{
    return clip->sounds[index];
}

size_t clip_silence_count(const struct clip *clip)
{
    return clip->silence;
}

struct clip_sound clip_silence(const struct clip *clip, size_t index)
{
    return clip->sounds[clip->speech + index];
}
