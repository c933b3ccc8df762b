// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/slot_sound.h - sound on its way into a slot.
#ifndef GATEWAY_SFU_SLOT_SOUND_H
#define GATEWAY_SFU_SLOT_SOUND_H

#include "base/usec.h"

struct outbox;
struct packet;
struct slot;

// Of the slot's source, towards a viewer who can receive. What is not heard closes up.
void slot_forward_sound(struct slot *slot, usec now, const struct packet *packet,
                        struct outbox *out);

#endif
