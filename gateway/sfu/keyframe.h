// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/keyframe.h - many viewers want key frames of a source; its sender hears it once per interval.
#ifndef GATEWAY_SFU_KEYFRAME_H
#define GATEWAY_SFU_KEYFRAME_H

#include "base/rate.h"
#include "base/usec.h"

#include <stdbool.h>
#include <stdint.h>

// One per layer of a producer. Zero-initialised is valid.
struct keyframe {
    bool wanted;
    uint16_t height; // of the layer; taller than 720 is asked less often
    usec next_ask;
    usec asks_since; // the first of the requests that were not answered; 0: none
};

// One per source: all its layers share it. Zero-initialised is valid.
struct keyframe_pace {
    usec credit;  // grows by half a second with each key frame asked for; far ahead: a storm
    uint8_t turn; // the layer that comes first
};

// Somebody waits for a key frame.
void keyframe_want(struct keyframe *keyframe);

// The first packet of a key frame arrived; 0: height not known.
void keyframe_seen(struct keyframe *keyframe, uint16_t height);

// True when the sender is to be asked now: at once, then every 200 ms (500 ms above 720p) until
// a key frame is seen; once a second when none came for 5 s. However many viewers want them, and of however
// many layers, a source is asked for two key frames a second in the long run: by some browsers each is one
// of all layers.
bool keyframe_due(struct keyframe *keyframe, struct keyframe_pace *pace, usec now);
usec keyframe_deadline(const struct keyframe *keyframe, const struct keyframe_pace *pace);

// How often one viewer may want key frames by PLI or FIR: 3 in 10 s.
void keyframe_budget_init(struct bucket *budget, usec now);
bool keyframe_budget_take(struct bucket *budget, usec now);

#endif
