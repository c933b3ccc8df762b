// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/estimate/app_limited.h - whether less is sent than the line is thought to carry.
#ifndef GATEWAY_SFU_ESTIMATE_APP_LIMITED_H
#define GATEWAY_SFU_ESTIMATE_APP_LIMITED_H

#include "base/usec.h"

#include <stdbool.h>
#include <stdint.h>

struct app_limited {
    double budget; // bytes not used of late
    usec at;
    bool is;
};

void app_limited_init(struct app_limited *limited, usec now);

// Time passes, or `size` bytes are sent, at a target of `target_bps`.
void app_limited_sent(struct app_limited *limited, usec now, uint16_t size, double target_bps);

#endif
