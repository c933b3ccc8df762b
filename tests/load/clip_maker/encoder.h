// SPDX-License-Identifier: AGPL-3.0-or-later
// load/clip_maker/encoder.h - VP8 with three layers of time, set as browsers set libvpx for a camera.
#ifndef TESTS_LOAD_CLIP_MAKER_ENCODER_H
#define TESTS_LOAD_CLIP_MAKER_ENCODER_H

#include "base/bytes.h"
#include "load/clip_maker/scene.h"

#include <stdbool.h>
#include <stdint.h>

struct encoder;

enum err encoder_create(struct encoder **made, uint32_t width, uint32_t height, uint32_t kbps)
    MUST_CHECK;
void encoder_destroy(struct encoder *encoder);

// What the n-th frame of a run is to its layers of time.
struct frame_role {
    uint8_t tid;
    bool sync;
    bool non_reference;
};

struct frame_role encoder_role(unsigned n);

// The n-th frame of a run; the first is a key frame. `data` is good until the next call.
enum err encoder_encode(struct encoder *encoder, unsigned n, const struct picture *picture,
                        struct bytes *data) MUST_CHECK;

#endif
