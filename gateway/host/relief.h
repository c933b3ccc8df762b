// SPDX-License-Identifier: AGPL-3.0-or-later
// host/relief.h - when a media thread cannot keep up, and how much of the pictures it leaves out for it.
#ifndef GATEWAY_HOST_RELIEF_H
#define GATEWAY_HOST_RELIEF_H

#include "base/usec.h"

#include <stdbool.h>
#include <stdint.h>

// One step up for each third of a second in which the thread is always busy and does not get to the end of what
// there is to read; one down for three seconds in which a third of its time is its own.
// Zero-initialised is valid.
struct relief {
    uint8_t level; // 0 to WORKER_RELIEF_MOST of sfu/worker.h
    bool begun;
    usec since; // of the time looked at
    usec busy;  // in it
    unsigned late;
    usec changed_at;
    usec calm_since; // 0: not calm
    uint64_t raised; // times
};

// After each turn. `late`: it left something unread. Returns the level.
uint8_t relief_turn(struct relief *relief, usec now, usec took, bool late);

#endif
