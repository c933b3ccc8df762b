// SPDX-License-Identifier: AGPL-3.0-or-later
// path/hall.h - a worker, a few who send and hundreds who watch, so that forwarding can be counted.
#ifndef TESTS_PATH_HALL_H
#define TESTS_PATH_HALL_H

#include "base/usec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hall;

struct hall_options {
    uint32_t viewers;
    uint32_t talkers; // microphones that are on; they are viewers, too
    bool camera;      // of the first member: up to 720p, 1.5 Mbit/s
    bool feedback;    // transport-wide, as browsers negotiate it
    uint32_t workers; // 0: one; the members live on them in turn
    bool sends;       // over a real socket, to a sink on loopback
};

struct hall_figures {
    uint64_t turns;
    uint64_t pictures; // packets forwarded, of all layers
    uint64_t tall;     // of `pictures`, large ones
    uint64_t sounds;
    uint64_t others;   // probes, retransmissions, reports
    uint64_t feedback; // packets of it that came
    uint64_t messages; // the kernel was given; 0 without a socket
    uint64_t cpu_ns;   // of what is counted
};

// Virtual time, real keys: everybody is connected and admitted when it returns.
struct hall *hall_create(const struct hall_options *options);
void hall_destroy(struct hall *hall);

// So long in virtual time. `counted`: through hall_counted, and the figures go up.
void hall_run(struct hall *hall, usec span, bool counted);

// What is counted is called from here and from nowhere else, so that callgrind can be told its name.
void hall_counted(struct hall *hall, void (*part)(struct hall *hall));

const struct hall_figures *hall_figures(const struct hall *hall);

#endif
