// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/estimate/trendline.h - whether packets come ever later, so that somewhere a queue fills.
#ifndef GATEWAY_SFU_ESTIMATE_TRENDLINE_H
#define GATEWAY_SFU_ESTIMATE_TRENDLINE_H

#include "base/usec.h"

#include <stdbool.h>

#define TRENDLINE_POINTS 20

enum line_use { LINE_NORMAL, LINE_OVERUSED, LINE_UNDERUSED };

struct packet_delta;

struct trendline {
    // the delay, smoothed, over the time of arrival, both in ms from the beginning
    struct {
        double at;
        double delay;
    } points[TRENDLINE_POINTS];
    unsigned count; // deltas so far
    usec first_arrival;
    double delay;
    double smooth;
    double slope;
    // the detector
    double threshold;
    usec adapted_at;
    double over_ms; // how long the trend has been over the threshold; negative: it is not
    unsigned over_count;
    enum line_use use;
};

void trendline_init(struct trendline *line);

// The next group came `delta` after the one before, at `arrival` on the receiver's clock.
void trendline_add(struct trendline *line, const struct packet_delta *delta, usec arrival);

#endif
