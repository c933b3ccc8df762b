// SPDX-License-Identifier: AGPL-3.0-or-later
// load/microphone.h - plays the clip's sound as a browser sends a microphone: speech by turns, else DTX.
#ifndef TESTS_LOAD_MICROPHONE_H
#define TESTS_LOAD_MICROPHONE_H

#include "load/camera.h"
#include "load/clip.h"
#include "load/outflow.h"

struct microphone {
    // borrowed: outlives this
    const struct clip *clip;
    struct histogram *slip; // of the whole agent
    // given
    bool stamps;
    usec talk_for;
    usec talk_every;
    uint64_t seed;
    // state
    bool off;
    usec started;
    uint64_t frames; // due so far
    size_t next;     // of the speech, or of the silence
    bool was_talking;
    bool was_sent; // the frame before
    struct outflow flow;
};

void microphone_init(struct microphone *m, const struct clip *clip, const struct session_line *line,
                     uint64_t seed, uint16_t *transport_seq);
void microphone_start(struct microphone *m, usec now);
void microphone_run(struct microphone *m, usec now, const char *cname, camera_emit *emit, void *to);
usec microphone_deadline(const struct microphone *m);

// It speaks talk_for of every talk_every, from a time on that follows from the seed. 0: always.
void microphone_talk(struct microphone *m, usec talk_for, usec talk_every);
bool microphone_is_talking(const struct microphone *m, usec now);

#endif
