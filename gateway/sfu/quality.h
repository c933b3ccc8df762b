// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/quality.h - how good one direction of a member's line is, in four levels.
#ifndef GATEWAY_SFU_QUALITY_H
#define GATEWAY_SFU_QUALITY_H

#include "base/usec.h"
#include "sfu/event.h"

#include <stdbool.h>
#include <stdint.h>

// One look at the line, every half second or so. The level of a sample is the worse of two:
//   lost packets: below 6 % good, below 8 % fair, else poor;
//   of the rate that is wanted, where more is wanted than arrives: 50 % good, 30 % fair, else poor;
// and it is lost when nothing was heard for 3 s though something is expected.
struct quality_sample {
    bool expected; // packets, or reports of what was sent, should be coming; else all is good
    usec heard_at; // the last of them; at first: since when they are expected
    uint32_t loss_permille; // since the last sample; 0 when too few packets say anything
    uint64_t arriving_bps;
    uint64_t wanted_bps; // with everything that is wanted; 0: not known
};

// Zero-initialised is valid: good.
struct quality {
    enum line_quality level;
    enum line_quality mildest; // of the samples since `worse_since`
    usec worse_since;          // all samples were worse than the level, 0: the last was not
    usec better_since;         // all samples were better than the level, 0: the last was not
};

// True when `level` changed. It falls when all samples of a second are worse, to the mildest of them; it
// rises by one when all samples of five seconds are better. Lost is told at once, and over at once: it is
// poor then.
bool quality_note(struct quality *quality, usec now, const struct quality_sample *sample);

#endif
