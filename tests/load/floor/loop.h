// SPDX-License-Identifier: AGPL-3.0-or-later
// load/floor/loop.h - waits for sockets, for a moment, and for being told to end.
#ifndef TESTS_LOAD_FLOOR_LOOP_H
#define TESTS_LOAD_FLOOR_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOOP_MOST 64

struct loop {
    int epoll;
    int signals;
    int timer;
    bool told;                 // to end
    size_t count;              // of those that are readable
    uint32_t ready[LOOP_MOST]; // as given to loop_watch
};

// SIGTERM and SIGINT are read by the loop from now on.
bool loop_open(struct loop *loop);
void loop_close(struct loop *loop);

bool loop_watch(struct loop *loop, int descriptor, uint32_t which);

// Wakes at this moment of the monotonic clock at the latest.
void loop_wake_at(struct loop *loop, uint64_t at_ns);

// False: told to end, or broken.
bool loop_wait(struct loop *loop);

#endif
