// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/sound_history.h - the last frames of one microphone that were heard, for sending them once more.
#ifndef GATEWAY_SFU_SOUND_HISTORY_H
#define GATEWAY_SFU_SOUND_HISTORY_H

#include "base/bytes.h"
#include "base/usec.h"

#include <stdbool.h>
#include <stdint.h>

#define SOUND_HISTORY_FRAMES 16u // a power of two
#define SOUND_HISTORY_BYTES 400u // larger frames are not kept

struct sound_frame {
    bool used;
    uint16_t seq; // incoming, like the timestamp
    uint16_t len;
    uint32_t timestamp;
    usec at; // when it came
    uint8_t payload[SOUND_HISTORY_BYTES];
};

// Zero-initialised is valid.
struct sound_history {
    struct sound_frame frames[SOUND_HISTORY_FRAMES];
};

// Silence and what is too large is not kept.
void sound_history_put(struct sound_history *history, usec now, uint16_t seq, uint32_t timestamp,
                       struct bytes payload);

// NULL: not kept, or pushed out.
const struct sound_frame *sound_history_find(const struct sound_history *history, uint16_t seq);

// Nothing said so far is ever sent again.
void sound_history_clear(struct sound_history *history);

#endif
