// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/sound_plan.h - how often, and how many together, frames of sound are sent to one viewer.
#ifndef GATEWAY_SFU_SOUND_PLAN_H
#define GATEWAY_SFU_SOUND_PLAN_H

#include "base/usec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SOUND_BUNDLE_MAX 3u // frames of 20 ms: nothing waits longer than 60 ms
#define SOUND_COPIES_MAX 3u
#define SOUND_THIN_BPS                                                                             \
    14000u // of Opus, where a line carries no more; at most 16 kbit/s are promised

struct sound_plan {
    uint8_t bundle; // frames that begin their way in one packet, 1 to 3
    uint8_t copies; // how often each frame is sent in all, 1 to 3
    bool thin;      // the line needs its speakers to send no more than SOUND_THIN_BPS
};

// What is known of a line down.
struct sound_facts {
    double loss;          // 0 to 1, smoothed
    uint32_t target_bps;  // what it carries in all, of IP bytes
    uint8_t speakers;     // sounds sent at the same time, at least 1
    uint16_t frame_bytes; // of one frame of 20 ms, as they are now
    bool has_red;         // several frames can stand in one packet
};

// Zero-initialised is valid, and plain once updated.
struct sound_planner {
    struct sound_plan plan;
    usec lowered_at; // when fewer copies were last tried
    usec calm_since; // fewer copies, or smaller bundles, would do since then; 0: they would not
    usec patience;   // for how long they must, before it is tried
};

// IP rate of one sound by this plan, without RTCP.
uint32_t sound_plan_bps(struct sound_plan plan, size_t frame_bytes, bool has_red);

// The plan for these facts alone. `before`: what is sent now, so that a line at a limit does not flap.
struct sound_plan sound_plan_for(const struct sound_facts *facts, struct sound_plan before);

// More at once, less only after it would have done for a while; and for longer each time less turned out
// to be too little. True when the plan changed.
bool sound_planner_update(struct sound_planner *planner, usec now, const struct sound_facts *facts);

#endif
