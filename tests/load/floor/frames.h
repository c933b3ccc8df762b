// SPDX-License-Identifier: AGPL-3.0-or-later
// load/floor/frames.h - how large the frames of a camera are, and how a browser splits them.
#ifndef TESTS_LOAD_FLOOR_FRAMES_H
#define TESTS_LOAD_FLOOR_FRAMES_H

#include "support/random.h"

#include <stddef.h>

#define FRAME_RATE 30

struct clip;

struct frames {
    const struct clip *clip; // borrowed; NULL: of a bitrate
    struct random random;
    size_t mean; // bytes
    size_t next;
};

// In three temporal layers, as libvpx spends it: the base layer, every fourth frame, weighs most.
struct frames frames_of_bitrate(size_t bits_per_second, uint64_t seed);
// Those of 1280x720 that the load generator's cameras send, in the same order.
struct frames frames_of_clip(const struct clip *clip);
size_t frames_next(struct frames *frames);

// How many packets a frame makes when one carries `most` bytes at best, and how long the n-th is:
// about equal, by a byte the longer ones last (libwebrtc's SplitAboutEqually).
size_t frame_packets(size_t frame, size_t most);
size_t frame_packet_len(size_t frame, size_t packets, size_t n);

#endif
