// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/estimate/feedback_news.h - what a feedback tells that was not known, packet by packet.
#ifndef GATEWAY_SFU_ESTIMATE_FEEDBACK_NEWS_H
#define GATEWAY_SFU_ESTIMATE_FEEDBACK_NEWS_H

#include "base/usec.h"
#include "sfu/estimate/arrival_clock.h"
#include "sfu/estimate/sent_history.h"
#include "wire/transport_cc.h"

#include <stdbool.h>
#include <stdint.h>

#define FEEDBACK_NEWS_BATCH 128

struct arrived_packet {
    int64_t number;
    usec arrival; // on the receiver's clock, without wraps and leaps
    bool found;   // it had been told lost
    struct sent_packet sent;
};

// Begun with feedback_news_begin, then one batch after the other.
struct feedback_news {
    // borrowed: outlive the walk
    struct sent_history *history;
    struct arrival_clock *clock;
    // state
    usec now;
    struct transport_cc walk;
    int64_t number; // of the next status
    usec shift;
    bool timed; // shift is known
    // the batch: arrivals in order of arrival
    unsigned arrived_count;
    unsigned lost_count;
    struct arrived_packet arrived[FEEDBACK_NEWS_BATCH];
    struct sent_packet lost[FEEDBACK_NEWS_BATCH];
    // so far
    bool gap;   // feedback before this one was lost
    bool leapt; // arrivals do not compare with those before
};

void feedback_news_begin(struct feedback_news *news, struct sent_history *history,
                         struct arrival_clock *clock, usec now,
                         const struct transport_cc *feedback);

// False when there is no more news.
bool feedback_news_next(struct feedback_news *news);

#endif
