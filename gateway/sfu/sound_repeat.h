// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/sound_repeat.h - sealed packets of sound of one viewer, to be sent again as they are.
//
// The same bytes, never others under the same number: a stream cipher would give both away. Whoever has the
// packet already drops the second by its replay window.
#ifndef GATEWAY_SFU_SOUND_REPEAT_H
#define GATEWAY_SFU_SOUND_REPEAT_H

#include "base/bytes.h"
#include "base/usec.h"

#include <stdbool.h>
#include <stdint.h>

struct sound_repeat;

// NULL: no memory.
struct sound_repeat *sound_repeat_create(void);
void sound_repeat_destroy(struct sound_repeat *repeat);

// A datagram that was sent, with what tells it apart. It is due again `more` times (0: only when asked
// for), spaced so that one burst of losses does not take all. What is too large is not kept.
void sound_repeat_keep(struct sound_repeat *repeat, usec now, uint8_t line, uint16_t seq,
                       struct bytes datagram, uint8_t more);

// The next one that is due, in the order of sending; false: none. Valid until the next call of keep.
bool sound_repeat_take(struct sound_repeat *repeat, usec now, struct bytes *datagram);
usec sound_repeat_deadline(const struct sound_repeat *repeat);

// The viewer misses this one. False: forgotten, or sent less than `interval` ago.
bool sound_repeat_find(struct sound_repeat *repeat, usec now, uint8_t line, uint16_t seq,
                       usec interval, struct bytes *datagram);

// Somebody else speaks on this line, or nobody may: nothing that was sent on it is ever sent again.
void sound_repeat_forget(struct sound_repeat *repeat, uint8_t line);

// The way to the viewer was interrupted: what was sent before helps nobody.
void sound_repeat_clear(struct sound_repeat *repeat);

#endif
