// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/assignment.h - which source fills which slot of one viewer.
#ifndef GATEWAY_SFU_ASSIGNMENT_H
#define GATEWAY_SFU_ASSIGNMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ASSIGNMENT_NO_LINE 255

// Pictures. `wanted` are sources, most important first and without doubles; `slots` holds the source of
// each slot (0: empty) and is changed in place. The first `slot_count` of the wanted are in a slot
// afterwards and nobody else is; who was in a slot and stays wanted keeps it.
void assignment_of_pictures(const uint32_t *wanted, size_t wanted_count, uint32_t *slots,
                            size_t slot_count);

struct sound_want {
    uint32_t source;
    uint8_t line; // audio slot that is paired with its picture, or ASSIGNMENT_NO_LINE
    bool heard;   // is to be forwarded now and needs a slot
    bool voiced;  // spoke a moment ago: keeps the slot it has whatever happens
};

// Sounds. The first `pair_count` slots are paired with pictures, the others are spare. A source with a
// picture goes to the slot of that pair, others that are heard go to spare ones; a voiced source is
// neither moved nor displaced, so that no word is cut. True when somebody waits for a pause: ask again.
bool assignment_of_sounds(const struct sound_want *wants, size_t want_count, uint32_t *slots,
                          size_t slot_count, size_t pair_count);

#endif
