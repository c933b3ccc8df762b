// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/slot_picture.h - a picture on its way into a slot.
#ifndef GATEWAY_SFU_SLOT_PICTURE_H
#define GATEWAY_SFU_SLOT_PICTURE_H

#include "base/usec.h"

#include <stdbool.h>

struct outbox;
struct packet;
struct slot;

// No wrong face under a name: where somebody else was to be seen, the page is told first, and what arrives
// before that is not sent.
bool slot_picture_may_begin(const struct slot *slot, usec now);

// Of the slot's source, towards a viewer who can receive. What is not for this slot closes up.
void slot_forward_picture(struct slot *slot, usec now, const struct packet *packet,
                          struct outbox *out);

#endif
