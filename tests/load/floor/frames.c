// SPDX-License-Identifier: AGPL-3.0-or-later
// load/floor/frames.c - how large the frames of a camera are, and how a browser splits them.
#include "load/floor/frames.h"

#include "load/clip.h"

#define JITTER_PERCENT 20

// Percent of the mean by place in the pattern of temporal layers 0 2 1 2; their mean is 100.
static const size_t weight[] = {170, 70, 90, 70};

struct frames frames_of_bitrate(size_t bits_per_second, uint64_t seed)
{
    return (struct frames){.random = random_seeded(seed), .mean = bits_per_second / 8 / FRAME_RATE};
}

struct frames frames_of_clip(const struct clip *clip)
{
    return (struct frames){.clip = clip};
}

static size_t next_of_clip(struct frames *frames)
{
    const size_t n = frames->next++, in_segment = clip_frames(frames->clip);
    const size_t segment = n / in_segment % clip_segments(frames->clip);

    return clip_frame(frames->clip, CLIP_LAYERS - 1, segment, n % in_segment).data.len;
}

size_t frames_next(struct frames *frames)
{
    if (frames->clip)
        return next_of_clip(frames);
    const size_t percent = weight[frames->next++ % (sizeof weight / sizeof *weight)];
    const int64_t jitter = random_between(&frames->random, -JITTER_PERCENT, JITTER_PERCENT);

    return frames->mean * percent / 100 * (size_t)(100 + jitter) / 100;
}

size_t frame_packets(size_t frame, size_t most)
{
    return frame == 0 ? 1 : (frame + most - 1) / most;
}

size_t frame_packet_len(size_t frame, size_t packets, size_t n)
{
    const size_t longer = frame % packets;

    return frame / packets + (n >= packets - longer ? 1 : 0);
}
