// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/ladder.h - the steps on which the picture of one slot gets better, and what each costs.
#ifndef GATEWAY_SFU_LADDER_H
#define GATEWAY_SFU_LADDER_H

#include "sfu/allocation.h"

#include <stdint.h>

#define LADDER_STEPS (PARAMETERS_LAYERS * ALLOCATION_TEMPORALS)
#define LADDER_NONE (-1) // below the lowest step: paused

// A step is named ALLOCATION_TEMPORALS * layer + temporal: a higher one looks better. There are none above
// the ideal; and a camera's layer above the lowest is not worth a quarter of its pictures: of three
// layers of time it comes with two at least.
struct ladder {
    int8_t base;                // the cheapest step, or LADDER_NONE: nothing wanted, nothing active
    int8_t top;                 // the ideal, whole
    int8_t usual;               // the highest step that is 360 lines tall, if so much is wanted
    int8_t now;                 // sent now, or LADDER_NONE
    uint32_t now_bps;           // what that costs, also when it is no step any more
    uint32_t bps[LADDER_STEPS]; // 0: no such step
    uint32_t most_bps[LADDER_STEPS]; // at its dearest moment of late: no less than the above
    // Its place in the order of preference: the lowest step that costs no less. For that, what is sent
    // now counts for a fifth less than it costs, so that noise changes nothing.
    int8_t place[LADDER_STEPS];
};

// A rate not measured yet is guessed from the other layers, else from the height.
void ladder_build(struct ladder *ladder, const struct allocation_slot *slot);

// The step above that is cheapest to begin with, or LADDER_NONE at the top. `step` may be LADDER_NONE.
int8_t ladder_next(const struct ladder *ladder, int8_t step);

// What a step costs; nothing below the lowest.
uint32_t ladder_bps(const struct ladder *ladder, int8_t step);

// What has to be free for a step to begin: what it costs when it costs most, so that it can stay. The base
// is better than nothing, whatever comes.
uint32_t ladder_begin_bps(const struct ladder *ladder, int8_t step);

#endif
