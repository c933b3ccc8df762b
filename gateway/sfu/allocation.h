// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/allocation.h - which layers of which pictures one viewer's line is spent on.
#ifndef GATEWAY_SFU_ALLOCATION_H
#define GATEWAY_SFU_ALLOCATION_H

#include "sfu/parameters.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ALLOCATION_SLOTS PARAMETERS_LINES
#define ALLOCATION_TEMPORALS 3

// Most important first.
enum allocation_class { ALLOCATE_SCREEN, ALLOCATE_PINNED, ALLOCATE_SPEAKER, ALLOCATE_GALLERY };

struct allocation_layer {
    bool active;
    uint8_t temporals;                  // layers of time it has, 1 to 3
    uint16_t height;                    // known or guessed; 0: neither
    uint32_t bps[ALLOCATION_TEMPORALS]; // up to and including each layer of time, ascending; 0: not
                                        // measured yet
    uint32_t most_bps[ALLOCATION_TEMPORALS]; // the same at the dearest moment of late; 0: as above
};

// One slot with a picture.
struct allocation_slot {
    // given
    enum allocation_class class;
    uint16_t height;  // wanted, in pixels; 0: nothing is wanted
    uint16_t recency; // of speaking: 0 spoke last
    uint8_t layer_count;
    struct allocation_layer layers[PARAMETERS_LAYERS];
    int8_t now_layer; // sent now, or -1
    uint8_t now_temporal;
    // decided
    int8_t layer; // to be sent, or -1: paused (or nothing wanted, nothing active)
    uint8_t temporal;
    int8_t ideal; // what would be sent on a perfect line, or -1
};

struct allocation_budget {
    uint64_t keep_bps;   // for what is sent now
    uint64_t change_bps; // for anything else: less than keep, so that a line at its limit does not
                         // flap; more than 9/10 of keep counts as that
};

struct allocation_sums {
    uint64_t sending_bps; // of what was decided
    uint64_t next_bps;    // with the cheapest next step up; equals sending_bps when all is ideal
    uint64_t goal_bps;    // both budgets that allow that step: what a probe has to prove
    uint64_t most_bps;    // with every slot at its ideal
    uint8_t paused;       // slots wanted, active, and not sent
};

// Every slot its base first (lowest layer of time first), in order of class, height wanted and recency;
// then screens, pinned pictures and the speaker, one after the other, up to 360 lines; then all, one
// step after another, of time before space, each as long as it fits: one that does not is skipped, and
// cheaper ones behind it are tried. A higher layer, up to the ideal, that costs no more than a lower
// one is taken instead. A picture of a camera above its lowest layer has half of its frames at least: the
// layer below, whole, looks better than a quarter of them. The most important slot may overdraw by
// 500 kbit/s if it is a screen, for its base only. Equal inputs give equal outputs. `count` is at most
// ALLOCATION_SLOTS. Never allocates; `slots` keep their places.
void allocation_run(struct allocation_slot *slots, size_t count,
                    const struct allocation_budget *budget, struct allocation_sums *sums);

#endif
