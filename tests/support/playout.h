// SPDX-License-Identifier: AGPL-3.0-or-later
// support/playout.h - what is heard of one stream of sound: a jitter buffer that hides what is not there.
#ifndef TESTS_SUPPORT_PLAYOUT_H
#define TESTS_SUPPORT_PLAYOUT_H

#include "base/usec.h"

#include <stdbool.h>
#include <stdint.h>

#define PLAYOUT_FRAMES 256 // a power of two
#define PLAYOUT_BUCKETS 50 // of 20 ms
#define PLAYOUT_RECENT 100 // frames

// After NetEq: the wait that 95 of 100 frames of late did not exceed is kept in front; a frame that is
// missing while later ones are there is covered up for as long as it is; when nothing is there,
// what is heard is stretched until something comes, and shortened again afterwards.
struct playout {
    // state
    bool started;
    uint32_t source;
    int64_t newest;                  // frame
    usec next;                       // when the next 10 ms are heard
    int64_t at;                      // in halves of a frame
    uint32_t frames[PLAYOUT_FRAMES]; // number + 1 of what is there
    usec transits[PLAYOUT_RECENT];   // arrival minus capture
    uint32_t arrived;                // frames, each once
    double waits[PLAYOUT_BUCKETS];   // how likely, fading
    usec shortened_at;
    usec stretched_at;
    // counted since playout_count_anew, in 10 ms
    uint64_t heard;
    uint64_t concealed; // of it
    uint64_t longest;   // run of concealed ones
    uint64_t run;
};

// One frame of 20 ms, number `frame` of this source, captured when its own clock said so.
// Duplicates and what comes too late are of no use, and ignored.
void playout_frame(struct playout *p, usec now, uint32_t source, uint32_t frame, usec captured);

// Hears what is due, with at least `least` in front (the page's wish). While `silent`, nothing is to
// be heard and nothing counts.
void playout_run(struct playout *p, usec now, usec least, bool silent);

// Came, or still in time for its place.
bool playout_has(const struct playout *p, uint32_t frame);
// How long until this frame is to be heard; negative: too late.
usec playout_time_left(const struct playout *p, uint32_t frame);
// What is kept in front.
usec playout_target(const struct playout *p, usec least);

void playout_count_anew(struct playout *p);
// 0..1; 0 when nothing was heard.
double playout_concealed(const struct playout *p);

#endif
