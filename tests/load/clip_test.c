// SPDX-License-Identifier: AGPL-3.0-or-later
// load/clip_test.c - the clip that was made is what cameras and microphones send; a damaged one is refused.
#include "load/clip.h"

#include "base/mem.h"
#include "load/clip_file.h"
#include "support/check.h"
#include "support/random.h"
#include "wire/opus.h"

#include <stdio.h>
#include <string.h>

static struct clip *open_clip(void)
{
    struct clip *clip = NULL;

    CHECK(clip_open(&clip, NULL) == ERR_OK);
    return clip;
}

// Of all segments, in bit/s.
static double rate_of(const struct clip *clip, size_t layer)
{
    size_t bytes = 0;

    for (size_t s = 0; s < clip_segments(clip); s++)
        for (size_t f = 0; f < clip_frames(clip); f++)
            bytes += clip_frame(clip, layer, s, f).data.len;
    return (double)bytes * 8 * CLIP_FPS / (double)(clip_segments(clip) * clip_frames(clip));
}

TEST(pictures_have_the_rates_of_a_camera)
{
    static const double wanted[CLIP_LAYERS] = {150e3, 500e3, 1500e3};
    struct clip *clip = open_clip();

    for (size_t layer = 0; layer < CLIP_LAYERS; layer++) {
        const double rate = rate_of(clip, layer);
        CHECK(rate > 0.85 * wanted[layer] && rate < 1.15 * wanted[layer]);
        CHECK_EQ(clip_width(clip, layer), 320u << layer);
        CHECK_EQ(clip_height(clip, layer), 180u << layer);
    }
    clip_close(clip);
}

// RFC 6386, section 9.1: the lowest bit of the first byte is 0 in a key frame, which then names its size.
TEST(each_segment_begins_with_the_only_key_frame_of_it)
{
    static const uint8_t pattern[4] = {0, 2, 1, 2};
    struct clip *clip = open_clip();

    CHECK(clip_segments(clip) >= 2);
    for (size_t layer = 0; layer < CLIP_LAYERS; layer++)
        for (size_t s = 0; s < clip_segments(clip); s++)
            for (size_t f = 0; f < clip_frames(clip); f++) {
                const struct clip_frame frame = clip_frame(clip, layer, s, f);
                CHECK_EQ(frame.key, f == 0);
                CHECK_EQ(!(frame.data.at[0] & 1), f == 0);
                CHECK_EQ(frame.tid, pattern[f % 4]);
                if (f == 0)
                    CHECK_EQ(frame.data.at[6] | (frame.data.at[7] & 0x3f) << 8,
                             clip_width(clip, layer));
            }
    clip_close(clip);
}

TEST(key_frames_are_larger_than_others)
{
    struct clip *clip = open_clip();

    for (size_t layer = 0; layer < CLIP_LAYERS; layer++) {
        const double mean = rate_of(clip, layer) / 8 / CLIP_FPS;
        for (size_t s = 0; s < clip_segments(clip); s++)
            CHECK((double)clip_frame(clip, layer, s, 0).data.len > 2 * mean);
    }
    clip_close(clip);
}

TEST(speech_is_sound_of_20_ms_and_silence_is_mostly_not_sent)
{
    struct clip *clip = open_clip();
    size_t loud = 0, sent = 0, bytes = 0;

    for (size_t i = 0; i < clip_speech_count(clip); i++) {
        const struct clip_sound sound = clip_speech(clip, i);
        CHECK_EQ(opus_samples(sound.data), 960);
        loud += sound.level < 50;
        bytes += sound.data.len;
    }
    CHECK(loud > clip_speech_count(clip) / 2);
    const size_t bps = bytes * 8 * 50 / clip_speech_count(clip);
    CHECK(bps > 22000 && bps < 38000);
    for (size_t i = 0; i < clip_silence_count(clip); i++) {
        CHECK(clip_silence(clip, i).level > 60);
        sent += clip_silence(clip, i).data.len > 0;
    }
    CHECK(sent > 0 && sent < clip_silence_count(clip) / 8);
    clip_close(clip);
}

TEST(a_clip_that_is_not_there_is_an_error)
{
    struct clip *clip = NULL;

    CHECK_EQ(clip_open(&clip, "/nonexistent/clip"), ERR_IO);
    CHECK(clip == NULL);
}

// One frame and one packet of each.
static size_t write_small(uint8_t *to, size_t size)
{
    struct writer out = writer_over(to, size);

    write_bytes(&out, bytes_of_string(CLIP_MAGIC));
    for (size_t i = 0; i < 4; i++)
        write_u16(&out, 1);
    for (size_t i = 0; i < 2 * CLIP_LAYERS; i++)
        write_u16(&out, 100);
    for (size_t i = 0; i < CLIP_LAYERS; i++) {
        write_u32(&out, 3);
        write_u8(&out, 0);
        write_u8(&out, CLIP_KEY);
    }
    for (size_t i = 0; i < 2; i++) {
        write_u16(&out, 2);
        write_u8(&out, 30);
    }
    write_zeros(&out, 3 * CLIP_LAYERS + 4);
    CHECK(out.ok);
    return writer_len(&out);
}

TEST(a_cut_or_damaged_clip_is_refused_and_harms_nothing)
{
    struct random random = random_seeded(7);
    uint8_t file[256], damaged[256];
    struct clip *clip = NULL;
    const size_t len = write_small(file, sizeof file);

    CHECK(clip_read(&clip, bytes_of(file, len)) == ERR_OK);
    CHECK_EQ(clip_frame(clip, 2, 0, 0).data.len, 3);
    clip_close(clip);
    for (size_t cut = 0; cut < len; cut++)
        CHECK_EQ(clip_read(&clip, bytes_of(file, cut)), ERR_INVALID);
    for (int i = 0; i < 5000; i++) {
        memcpy(damaged, file, len);
        for (int n = 0; n < 3; n++)
            damaged[random_below(&random, len)] = (uint8_t)random_u32(&random);
        if (clip_read(&clip, bytes_of(damaged, len)) == ERR_OK)
            clip_close(clip);
    }
}
