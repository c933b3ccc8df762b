// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/estimate/line_watch.h - what the arrivals say of the line: trend, queue, rate.
#ifndef GATEWAY_SFU_ESTIMATE_LINE_WATCH_H
#define GATEWAY_SFU_ESTIMATE_LINE_WATCH_H

#include "base/usec.h"
#include "sfu/estimate/acked_rate.h"
#include "sfu/estimate/bottleneck.h"
#include "sfu/estimate/packet_groups.h"
#include "sfu/estimate/queue_delay.h"
#include "sfu/estimate/rate_control.h"
#include "sfu/estimate/trendline.h"

#include <stdbool.h>

struct arrived_packet;

struct line_watch {
    struct packet_groups groups;
    struct trendline trend;
    struct bottleneck bottleneck;
    struct queue_delay queue;
    struct acked_rate acked;
};

void line_watch_init(struct line_watch *watch);

// A packet arrived, in order of arrival; heard of now.
void line_watch_arrived(struct line_watch *watch, usec now, const struct arrived_packet *packet);

// Arrivals from here on do not compare with those before; `leapt`: not even their clock is the same.
void line_watch_anew(struct line_watch *watch, bool leapt);

// What is known besides.
struct line_watch_view {
    double bps;       // aimed at
    bool app_limited; // what arrives is no sign of what the line carries
    bool is_lost;     // what is aimed at is a guess, and most is lost
    usec rtt;
};

// To be asked once per feedback.
struct rate_control_news line_watch_judge(struct line_watch *watch, usec now,
                                          const struct line_watch_view *view);

// Less is sent from now on.
void line_watch_relieved(struct line_watch *watch, usec now, const struct rate_control_news *news);

// A queue stands: this is no time to add to it.
bool line_watch_is_busy(const struct line_watch *watch);

#endif
