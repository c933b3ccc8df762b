// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/estimate/line_watch.c - what the arrivals say of the line: trend, queue, rate.
#include "sfu/estimate/line_watch.h"

#include "sfu/estimate/feedback_news.h"

#define STANDING MSEC(60) // a queue in which nothing is added
#define ENOUGH 0.97

void line_watch_init(struct line_watch *watch)
{
    *watch = (struct line_watch){0};
    trendline_init(&watch->trend);
}

void line_watch_arrived(struct line_watch *watch, usec now, const struct arrived_packet *packet)
{
    const struct sent_packet *sent = &packet->sent;
    struct packet_delta delta;

    acked_rate_add(&watch->acked, packet->arrival, sent->size);
    if (sent->probe) { // it fills the line on purpose; its delay says nothing about other packets
        watch->groups = (struct packet_groups){0};
        bottleneck_pass(&watch->bottleneck, sent->size);
        return;
    }
    queue_delay_add(&watch->queue, sent->sent_at, packet->arrival);
    bottleneck_add(&watch->bottleneck, sent->sent_at, packet->arrival, sent->size);
    if (packet_groups_add(&watch->groups, now, sent->sent_at, packet->arrival, &delta))
        trendline_add(&watch->trend, &delta, packet->arrival);
}

void line_watch_anew(struct line_watch *watch, bool leapt)
{
    watch->groups = (struct packet_groups){0};
    watch->bottleneck.count = 0;
    acked_rate_skip(&watch->acked);
    if (leapt)
        watch->queue = (struct queue_delay){0};
}

// A burst of our own, as a key frame is, fills a queue too. While as much comes out as is being
// aimed at, there is nothing to be reduced; nor when the queue is gone, which the trend shows late.
static bool carries_enough(const struct line_watch *watch, double filled_bps, double wanted_bps)
{
    if (filled_bps > 0)
        return filled_bps >= ENOUGH * wanted_bps;
    return queue_delay_is_short(&watch->queue) ||
           bottleneck_recent_bps(&watch->bottleneck) >= ENOUGH * wanted_bps;
}

// What the trend shows, and what it does not: a queue that filled so fast that there was no time
// for a trend, one that stays full, and a guess so far off that hardly anything arrives.
struct rate_control_news line_watch_judge(struct line_watch *watch, usec now,
                                          const struct line_watch_view *view)
{
    const double filled = bottleneck_bps(&watch->bottleneck);
    const bool is_unusual = filled > 0 && queue_delay_is_unusual(&watch->queue);
    const bool is_stuck = queue_delay_is_stuck(&watch->queue, now);
    struct rate_control_news news = {.use = watch->trend.use,
                                     .acked_bps = watch->acked.bps,
                                     .recent_bps = bottleneck_recent_bps(&watch->bottleneck),
                                     .rtt = view->rtt};

    if (is_stuck) {
        news.use = LINE_OVERUSED;
        news.filled_bps = filled > 0 ? filled : view->app_limited ? 0 : watch->acked.bps;
    } else if (news.use == LINE_OVERUSED || is_unusual) {
        news.use = carries_enough(watch, filled, view->bps) ? LINE_UNDERUSED : LINE_OVERUSED;
        news.filled_bps = filled;
    } else if (view->is_lost && watch->acked.bps <= 0) {
        news.use = LINE_OVERUSED;
        news.filled_bps = bottleneck_arriving_bps(&watch->bottleneck);
    } else if (news.use == LINE_NORMAL && queue_delay_standing(&watch->queue) > STANDING) {
        news.use = LINE_UNDERUSED;
    }
    return news;
}

void line_watch_relieved(struct line_watch *watch, usec now, const struct rate_control_news *news)
{
    if (news->filled_bps > 0)
        acked_rate_set(&watch->acked, news->filled_bps);
    queue_delay_relieved(&watch->queue, now, news->rtt);
}

bool line_watch_is_busy(const struct line_watch *watch)
{
    return watch->trend.use == LINE_OVERUSED || queue_delay_standing(&watch->queue) > STANDING;
}
