// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/sound_gaps.h - which frames of a microphone are missing, and which of them RED brings back.
#ifndef GATEWAY_SFU_SOUND_GAPS_H
#define GATEWAY_SFU_SOUND_GAPS_H

#include "wire/red.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SOUND_GAPS_FOUND 3u // frames that one packet may bring back

// The last 32 numbers. Zero-initialised is valid: nothing was received.
struct sound_gaps {
    bool started;
    uint16_t newest;
    uint32_t received; // bit n: newest - n came; numbers before the first count as received
};

struct sound_found {
    uint16_t seq;
    uint16_t offset; // in time, before the packet that brought it
    struct bytes payload;
};

void sound_gaps_received(struct sound_gaps *gaps, uint16_t seq);
bool sound_gaps_is_missing(const struct sound_gaps *gaps, uint16_t seq);

// The missing frames among the blocks of the packet with this number, the oldest first, now no longer
// missing. A block is taken for the frame n numbers back only if all from it to the primary are of one payload type
// and one duration, and lie directly behind each other in time: else nobody knows its number.
size_t sound_gaps_find(struct sound_gaps *gaps, uint16_t seq, const struct red *red,
                       struct sound_found found[static SOUND_GAPS_FOUND]);

#endif
