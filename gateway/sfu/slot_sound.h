// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/slot_sound.h - sound on its way into a slot.
#ifndef GATEWAY_SFU_SLOT_SOUND_H
#define GATEWAY_SFU_SLOT_SOUND_H

#include "base/usec.h"

#include <stdbool.h>
#include <stdint.h>

struct outbox;
struct packet;
struct slot;

// Frames that wait to be sent in one packet. They lie in the history of the slot's source.
struct slot_bundle {
    uint8_t count; // 0: none wait
    bool marker;   // a talkspurt begins with them
    uint16_t first;
    uint16_t newest;
    uint32_t timestamp; // of the newest, incoming
    uint32_t samples;
    uint16_t bytes;
    usec capture;
    usec due; // they go without the others then
};

// Of the slot's source, towards a viewer who can receive. What is not heard closes up.
// By the viewer's plan, and on a line with RED, older frames are sent along, or several new ones together:
// only what came since the slot was given to its source.
void slot_forward_sound(struct slot *slot, usec now, const struct packet *packet,
                        struct outbox *out);

// What waits for more goes out as it is, if it may still be said.
void slot_flush_sound(struct slot *slot, usec now, struct outbox *out);

#endif
