// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/voice_demand.h - how the microphone of one member is to be sent, given who hears it over which line.
#ifndef GATEWAY_SFU_VOICE_DEMAND_H
#define GATEWAY_SFU_VOICE_DEMAND_H

#include "base/usec.h"

#include <stdbool.h>
#include <stdint.h>

struct router;

// Part of a member. Zero-initialised is valid: as the browser likes.
struct voice_demand {
    // what is wanted
    uint32_t max_bps; // 0: as the browser likes
    bool redundancy;
    // what its owner was told
    uint32_t told_max_bps;
    bool told_redundancy;
    bool told_ever;
    bool connected; // when last looked at
    // state
    usec thin_needed_at; // when a listener last needed it
    usec calm_since;     // hardly anything is lost on the way up since then; 0: something is
    int64_t expected;    // packets of the microphone at the last update, as stream_in counts
    int64_t received;
    double expected_lately; // fading sums of some 3 s
    double lost_lately;
    bool listeners_need_thin; // as of the last update, like
    double listeners_loss;    // the worst of those whom no copies of frames can be sent to
};

// What the facts of one update lead to. `thin`: some listener's line needs a thin voice.
void voice_demand_update(struct voice_demand *voice, usec now, bool thin, int64_t expected,
                         int64_t received);

// Decides for everybody in the room who sends a microphone, and tells it (SFU_VOICE) when it is news or
// the way to that member was interrupted. To be called every 250 ms.
void voice_update(struct router *r, usec now);

#endif
