// SPDX-License-Identifier: AGPL-3.0-or-later
// support/freeze.h - pictures that stand still, by libwebrtc's rule.
#ifndef TESTS_SUPPORT_FREEZE_H
#define TESTS_SUPPORT_FREEZE_H

#include "base/usec.h"

#include <stdint.h>

#define FREEZE_WINDOW 30

// A gap between two pictures is a freeze when it is at least three times the mean of the last 30 gaps,
// and 150 ms more than that mean. Zero-initialised is valid.
struct freeze {
    usec gaps[FREEZE_WINDOW];
    uint32_t seen;
    usec last; // picture, 0: none yet, or another beginning
    // counted since freeze_count_anew
    uint32_t count;
    usec total;
    usec longest; // gap, freeze or not
};

void freeze_shown(struct freeze *f, usec now);
// Nothing is to be shown: the time until the next picture is no freeze.
void freeze_paused(struct freeze *f);
// Freezes, one that may be going on included.
uint32_t freeze_count(const struct freeze *f, usec now);
// The longest gap, the one that may be going on included.
usec freeze_longest(const struct freeze *f, usec now);
void freeze_count_anew(struct freeze *f);

#endif
