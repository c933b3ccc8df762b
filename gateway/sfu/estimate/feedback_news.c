// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/estimate/feedback_news.c - what a feedback tells that was not known, packet by packet.
#include "sfu/estimate/feedback_news.h"

void feedback_news_begin(struct feedback_news *news, struct sent_history *history,
                         struct arrival_clock *clock, usec now, const struct transport_cc *feedback)
{
    news->history = history;
    news->clock = clock;
    news->now = now;
    news->walk = *feedback;
    news->number = sent_history_number(history, feedback->base);
    news->timed = false;
    news->arrived_count = news->lost_count = 0;
    news->gap = news->leapt = false;
}

// The clock is asked only for news, so that a replayed feedback does not set it.
static usec arrival_of(struct feedback_news *news, const struct transport_cc_status *status)
{
    if (!news->timed)
        news->shift =
            arrival_clock_shift(news->clock, news->now, news->walk.reference, &news->leapt);
    news->timed = true;
    return status->arrival + news->shift;
}

// Packets overtake one another seldom and not by far.
static void insert(struct feedback_news *news, const struct arrived_packet *packet)
{
    unsigned at = news->arrived_count++;

    for (; at > 0 && news->arrived[at - 1].arrival > packet->arrival; at--)
        news->arrived[at] = news->arrived[at - 1];
    news->arrived[at] = *packet;
}

static void take(struct feedback_news *news, int64_t number,
                 const struct transport_cc_status *status)
{
    const bool gap = sent_history_has_gap(news->history, number);
    struct arrived_packet packet = {.number = number};
    const enum sent_report report =
        sent_history_report(news->history, number, status->received, &packet.sent);

    switch (report) {
    case REPORT_NOTHING:
        return;
    case REPORT_LOST:
        news->lost[news->lost_count++] = packet.sent;
        break;
    case REPORT_RECEIVED:
    case REPORT_FOUND:
        packet.arrival = arrival_of(news, status);
        packet.found = report == REPORT_FOUND;
        insert(news, &packet);
        break;
    }
    news->gap = news->gap || gap;
}

bool feedback_news_next(struct feedback_news *news)
{
    struct transport_cc_status status;

    news->arrived_count = news->lost_count = 0;
    while (news->arrived_count < FEEDBACK_NEWS_BATCH && news->lost_count < FEEDBACK_NEWS_BATCH &&
           transport_cc_next(&news->walk, &status))
        take(news, news->number++, &status);
    return news->arrived_count > 0 || news->lost_count > 0;
}
