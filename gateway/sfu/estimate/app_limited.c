// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/estimate/app_limited.c - whether less is sent than the line is thought to carry.
#include "sfu/estimate/app_limited.h"

#define SHARE 0.65 // of the target that counts as using the line
#define WINDOW_SECONDS 0.5
#define ENTER 0.8 // of the budget unused
#define LEAVE 0.5

void app_limited_init(struct app_limited *limited, usec now)
{
    *limited = (struct app_limited){.at = now};
}

void app_limited_sent(struct app_limited *limited, usec now, uint16_t size, double target_bps)
{
    const double per_second = SHARE * target_bps / 8;
    const double most = per_second * WINDOW_SECONDS;

    if (now > limited->at) {
        limited->budget += (double)(now - limited->at) / 1e6 * per_second;
        limited->at = now;
    }
    limited->budget -= size;
    if (limited->budget > most)
        limited->budget = most;
    if (limited->budget < -most)
        limited->budget = -most;
    if (limited->budget > ENTER * most)
        limited->is = true;
    else if (limited->budget < LEAVE * most)
        limited->is = false;
}
