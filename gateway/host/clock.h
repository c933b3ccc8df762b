// SPDX-License-Identifier: AGPL-3.0-or-later
// host/clock.h - the only clocks of the program.
#ifndef GATEWAY_HOST_CLOCK_H
#define GATEWAY_HOST_CLOCK_H

#include "base/usec.h"

#include <stdint.h>

// Monotonic; never jumps with the wall clock.
usec clock_now(void);

// Since 1970 (UTC).
int64_t clock_wall_us(void);
int64_t clock_wall_ms(void);
int64_t clock_wall(void);

#endif
