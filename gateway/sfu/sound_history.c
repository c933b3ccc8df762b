// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/sound_history.c - a place per sequence number.
#include "sfu/sound_history.h"

#include "base/mem.h"
#include "wire/opus.h"

#include <string.h>

_Static_assert((SOUND_HISTORY_FRAMES & (SOUND_HISTORY_FRAMES - 1)) == 0, "places survive the wrap");

void sound_history_put(struct sound_history *history, usec now, uint16_t seq, uint32_t timestamp,
                       struct bytes payload)
{
    struct sound_frame *frame = &history->frames[seq % SOUND_HISTORY_FRAMES];

    frame->used = false;
    if (payload.len > SOUND_HISTORY_BYTES || opus_is_silence(payload))
        return;
    frame->used = true;
    frame->seq = seq;
    frame->timestamp = timestamp;
    frame->at = now;
    frame->len = (uint16_t)payload.len;
    memcpy(frame->payload, payload.at, payload.len);
}

const struct sound_frame *sound_history_find(const struct sound_history *history, uint16_t seq)
{
    const struct sound_frame *frame = &history->frames[seq % SOUND_HISTORY_FRAMES];

    return frame->used && frame->seq == seq ? frame : NULL;
}

void sound_history_clear(struct sound_history *history)
{
    mem_wipe(history, sizeof *history);
}
