// SPDX-License-Identifier: AGPL-3.0-or-later
// load/clip.h - pre-encoded pictures and sound: real VP8 in three sizes, real Opus, frame by frame.
#ifndef TESTS_LOAD_CLIP_H
#define TESTS_LOAD_CLIP_H

#include "base/bytes.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CLIP_LAYERS 3
#define CLIP_FPS 30
#define CLIP_SOUND_MS 20

// One picture of one layer, L1T3.
struct clip_frame {
    struct bytes data; // of the clip
    uint8_t tid;
    bool key;
    bool sync;          // refers to no layer of time above the lowest (the Y bit)
    bool non_reference; // nothing refers to it
};

// One packet of sound.
struct clip_sound {
    struct bytes data; // empty: nothing is sent (DTX)
    uint8_t level;     // as in the header extension: 127 is silence
};

// Made by clip_maker when the programs are built. Read-only, shared by all agents.
struct clip;

// ERR_IO: no such file; ERR_INVALID: it is none or is damaged. NULL as the path: the one that lies
// beside the running program.
enum err clip_open(struct clip **made, const char *path) MUST_CHECK;
// From memory, which is copied.
enum err clip_read(struct clip **made, struct bytes file) MUST_CHECK;
void clip_close(struct clip *clip);

// Each layer is `segments` runs of `frames` frames; each run begins with a key frame and is the camera's picture
// going on. All layers have the same numbers of both.
size_t clip_segments(const struct clip *clip);
size_t clip_frames(const struct clip *clip);
struct clip_frame clip_frame(const struct clip *clip, size_t layer, size_t segment, size_t frame);
uint32_t clip_width(const struct clip *clip, size_t layer);
uint32_t clip_height(const struct clip *clip, size_t layer);

// Speech, and the same room when nobody speaks. Both go round.
size_t clip_speech_count(const struct clip *clip);
struct clip_sound clip_speech(const struct clip *clip, size_t index);
size_t clip_silence_count(const struct clip *clip);
struct clip_sound clip_silence(const struct clip *clip, size_t index);

#endif
