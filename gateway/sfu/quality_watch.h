// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/quality_watch.h - looks at both directions of one member's line and tells its owner how good they are.
#ifndef GATEWAY_SFU_QUALITY_WATCH_H
#define GATEWAY_SFU_QUALITY_WATCH_H

#include "base/usec.h"
#include "sfu/event.h"
#include "sfu/quality.h"

#include <stdbool.h>
#include <stdint.h>

struct member;

// Part of a member. Zero-initialised is valid: all is good, and that is known.
struct quality_watch {
    struct quality up;
    struct quality down;
    usec next;
    usec since;       // packets, or reports, are expected; 0: they are not
    int64_t expected; // packets of all streams up, at the last look
    int64_t received;
    enum line_quality told_up;
    enum line_quality told_down;
    bool told_pictures_off;
    bool told_redundancy;
};

// To be called every 250 ms; tells changes only (SFU_QUALITY).
void quality_watch_run(struct member *m, usec now);

#endif
