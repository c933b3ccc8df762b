// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/turn.h - what is at hand while one request is dealt with.
#ifndef GATEWAY_MEETUP_TURN_H
#define GATEWAY_MEETUP_TURN_H

#include "base/usec.h"

#include <stdint.h>

struct effects;
struct registry;
struct request;

struct turn {
    // borrowed
    struct registry *registry;
    struct request *request; // NULL in a tick
    struct effects *out;
    // given
    usec now;
    int64_t wall_ms;
};

#endif
