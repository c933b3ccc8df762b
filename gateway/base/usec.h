// SPDX-License-Identifier: AGPL-3.0-or-later
// base/usec.h - time in microseconds, always an argument, never asked for below host/.
#ifndef GATEWAY_BASE_USEC_H
#define GATEWAY_BASE_USEC_H

#include <stdint.h>

// A point on the monotonic clock, or a span of it. Wall-clock times are int64_t seconds and say so.
typedef int64_t usec;

#define USEC_NEVER INT64_MAX
#define MSEC(ms) ((usec)(ms)*1000)
#define SEC(s) ((usec)(s)*1000000)

static inline usec usec_min(usec a, usec b)
{
    return a < b ? a : b;
}

#endif
