// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/producer_sound.h - sound as it arrives of one source, with RED taken off and the last frames kept.
#ifndef GATEWAY_SFU_PRODUCER_SOUND_H
#define GATEWAY_SFU_PRODUCER_SOUND_H

#include "base/drops.h"
#include "base/usec.h"
#include "sfu/packet.h"
#include "sfu/producer.h"
#include "sfu/sound_gaps.h"

#include <stddef.h>

// The frame of a packet; of RED the newest. What is here already, or older than all there was since the
// source may be heard, is kept back.
enum producer_verdict producer_take_sound(struct producer *p, const struct producer_input *input,
                                          struct packet *packet, enum drop *reason);

// The lost frames which that packet brings as well, as packets of their own, the oldest first. None unless
// what was before and the packet itself are heard. To be asked before the packet is remembered.
size_t producer_take_found(struct producer *p, const struct producer_input *input,
                           const struct packet *packet,
                           struct packet found[static SOUND_GAPS_FOUND]);

// It is settled whether this packet is heard: then it is kept for those who lose it, else all that was kept
// is forgotten.
void producer_remember(struct producer *p, usec now, const struct packet *packet);

// From now on the last frames are kept, if there is memory. Nothing where it is no sound, or has no line.
void producer_begin_history(struct producer *p);

// Nothing of what came so far is ever heard any more.
void producer_forget_sound(struct producer *p);

#endif
