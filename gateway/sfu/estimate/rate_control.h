// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/estimate/rate_control.h - additive or gentle increase, multiplicative decrease, by what the delay says.
#ifndef GATEWAY_SFU_ESTIMATE_RATE_CONTROL_H
#define GATEWAY_SFU_ESTIMATE_RATE_CONTROL_H

#include "base/usec.h"
#include "sfu/estimate/link_capacity.h"
#include "sfu/estimate/trendline.h"

#include <stdbool.h>

struct rate_control {
    double bps;
    bool increasing; // the line was normal twice in a row
    usec changed_at;
    struct link_capacity capacity;
    double ceiling_bps; // of growth by itself
    usec ceiling_until;
};

// What is known with one feedback.
struct rate_control_news {
    enum line_use use;
    double acked_bps;  // 0: not known
    double filled_bps; // what comes out of a queue that is seen to fill; 0: none is
    double recent_bps; // what arrived last, in any case
    usec rtt;
};

void rate_control_init(struct rate_control *control, double bps, usec now);

// True when the rate was reduced.
bool rate_control_update(struct rate_control *control, usec now,
                         const struct rate_control_news *news);

// A probe found this.
void rate_control_set(struct rate_control *control, double bps, usec now);

// A probe at a higher rate found this; for some time the rate grows no further by itself.
void rate_control_limit(struct rate_control *control, double bps, usec now);

// Nothing was heard for some time; that is no reason to send more.
void rate_control_pause(struct rate_control *control, usec now);

#endif
