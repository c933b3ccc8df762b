// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/sound_gaps.c - a window of bits, and arithmetic with times.
#include "sfu/sound_gaps.h"

#include "base/seq.h"
#include "wire/opus.h"

#define WINDOW 32

void sound_gaps_received(struct sound_gaps *gaps, uint16_t seq)
{
    const int ahead = seq_diff(seq, gaps->newest);

    if (!gaps->started || ahead >= WINDOW) {
        *gaps = (struct sound_gaps){.started = true, .newest = seq, .received = UINT32_MAX};
    } else if (ahead > 0) {
        gaps->received = gaps->received << ahead | 1u;
        gaps->newest = seq;
    } else if (ahead > -WINDOW) {
        gaps->received |= 1u << -ahead;
    }
}

bool sound_gaps_is_missing(const struct sound_gaps *gaps, uint16_t seq)
{
    const int behind = seq_diff(gaps->newest, seq);

    return gaps->started && behind >= 0 && behind < WINDOW && !(gaps->received & 1u << behind);
}

// How many blocks, counted from the newest, are the frames directly before the primary.
static unsigned count_certain(const struct red *red)
{
    const uint32_t samples = opus_samples(red->primary);
    unsigned certain = 0;

    for (; samples && certain < red->count; certain++) {
        const struct red_block *block = &red->blocks[red->count - 1 - certain];
        if (block->payload_type != red->payload_type || block->offset != (certain + 1) * samples ||
            opus_samples(block->payload) != samples)
            break;
    }
    return certain;
}

size_t sound_gaps_find(struct sound_gaps *gaps, uint16_t seq, const struct red *red,
                       struct sound_found found[static SOUND_GAPS_FOUND])
{
    unsigned back = count_certain(red);
    size_t count = 0;

    for (back = back < SOUND_GAPS_FOUND ? back : SOUND_GAPS_FOUND; back > 0; back--) {
        const struct red_block *block = &red->blocks[red->count - back];
        const uint16_t missing = (uint16_t)(seq - back);
        if (!sound_gaps_is_missing(gaps, missing))
            continue;
        found[count++] = (struct sound_found){
            .seq = missing, .offset = block->offset, .payload = block->payload};
        sound_gaps_received(gaps, missing);
    }
    return count;
}
