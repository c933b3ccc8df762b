// SPDX-License-Identifier: AGPL-3.0-or-later
// host/clock.c - the only clocks of the program.
#include "host/clock.h"

#include <time.h>

static int64_t read_us(clockid_t id)
{
    struct timespec at = {0};

    clock_gettime(id, &at);
    return (int64_t)at.tv_sec * 1000000 + at.tv_nsec / 1000;
}

usec clock_now(void)
{
    return read_us(CLOCK_MONOTONIC);
}

int64_t clock_wall_us(void)
{
    return read_us(CLOCK_REALTIME);
}

int64_t clock_wall_ms(void)
{
    return clock_wall_us() / 1000;
}

int64_t clock_wall(void)
{
    return clock_wall_us() / 1000000;
}
