// SPDX-License-Identifier: AGPL-3.0-or-later
// load/floor/moment.h - the clocks: the wall's, and what this thread has cost.
#ifndef TESTS_LOAD_FLOOR_MOMENT_H
#define TESTS_LOAD_FLOOR_MOMENT_H

#include <stdint.h>
#include <time.h>

static inline uint64_t moment_of(clockid_t clock)
{
    struct timespec at;

    clock_gettime(clock, &at);
    return (uint64_t)at.tv_sec * 1000000000u + (uint64_t)at.tv_nsec;
}

static inline uint64_t moment_ns(void)
{
    return moment_of(CLOCK_MONOTONIC);
}

static inline uint64_t thread_cost_ns(void)
{
    return moment_of(CLOCK_THREAD_CPUTIME_ID);
}

#endif
