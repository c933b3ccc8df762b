// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/estimate/estimate.c - what the line to one viewer carries, from transport-wide feedback.
#include "sfu/estimate/estimate.h"

#include "base/mem.h"
#include "sfu/estimate/app_limited.h"
#include "sfu/estimate/arrival_clock.h"
#include "sfu/estimate/feedback_news.h"
#include "sfu/estimate/line_watch.h"
#include "sfu/estimate/loss_limit.h"
#include "sfu/estimate/probes.h"
#include "sfu/estimate/rate_control.h"
#include "sfu/estimate/recent_loss.h"
#include "sfu/estimate/sent_history.h"
#include "wire/transport_cc.h"

#define SILENCE MSEC(500)
#define RTT_WEIGHT 8
#define FILLED 0.9 // of the target arrives: it is more than a guess
#define DOUBTED 0.95
#define FILLED_FOR SEC(10)
#define CAREFUL 1.3
#define SATURATED 0.9 // of what a probe was sent at came through: the line carries no more
#define HEADROOM 0.95 // is left by the results of such probes
#define STEP_DOWN 0.95

struct estimate {
    // given
    double start_bps;
    // owned
    struct sent_history history;
    // state: what was heard
    struct arrival_clock clock;
    struct recent_loss loss;
    usec heard_at; // news, last; 0: none yet
    usec rtt;
    // state: what it says of the line
    struct line_watch line;
    struct app_limited limited;
    struct rate_control control;
    struct loss_limit loss_limit;
    bool proven;
    double target_bps;
    usec filled_at;        // a queue was last seen to fill; 0: never
    double low_result_bps; // of the last probe, when it found less than the target; 0: it did not
    // state: what it is needed for
    struct estimate_demand demand;
    struct probes probes;
};

static void begin(struct estimate *e, double bps, usec now)
{
    line_watch_init(&e->line);
    app_limited_init(&e->limited, now);
    rate_control_init(&e->control, bps, now);
    loss_limit_init(&e->loss_limit);
    e->probes = (struct probes){.number = e->probes.number};
    e->low_result_bps = 0;
    e->proven = false;
    e->filled_at = 0;
    e->target_bps = bps;
}

enum err estimate_create(struct estimate **made, uint32_t start_bps, usec now)
{
    struct estimate *e = mem_zero(sizeof *e);

    if (!e)
        return ERR_NO_MEMORY;
    if (sent_history_init(&e->history) != ERR_OK) {
        estimate_destroy(e);
        return ERR_NO_MEMORY;
    }
    e->start_bps = start_bps < ESTIMATE_MIN_BPS   ? ESTIMATE_MIN_BPS
                   : start_bps > ESTIMATE_MAX_BPS ? ESTIMATE_MAX_BPS
                                                  : start_bps;
    begin(e, e->start_bps, now);
    *made = e;
    return ERR_OK;
}

void estimate_destroy(struct estimate *e)
{
    if (!e)
        return;
    sent_history_fini(&e->history);
    mem_free(e);
}

void estimate_sent(struct estimate *e, usec now, uint16_t seq, uint16_t size, uint8_t probe)
{
    const int64_t number = sent_history_add(&e->history, now, seq, size, probe);

    app_limited_sent(&e->limited, now, size, e->target_bps);
    if (probe && e->probes.running)
        probe_cluster_sent(&e->probes.cluster, now, number, size, probe);
}

static bool is_troubled(const struct estimate *e)
{
    return line_watch_is_busy(&e->line) || e->loss_limit.state == LOSS_LIMIT_FALLS ||
           e->loss_limit.cap_bps < e->control.bps; // a probe would change nothing
}

static struct probes_view view_of(const struct estimate *e)
{
    return (struct probes_view){.demand = e->demand,
                                .target_bps = e->target_bps,
                                .app_limited = e->limited.is,
                                .troubled = is_troubled(e)};
}

static void consider_probe(struct estimate *e, usec now)
{
    const struct probes_view view = view_of(e);

    probes_consider(&e->probes, now, &view);
}

// --- what a feedback says, packet by packet ------------------------------------------------------

// Loss is not counted after a silence: then nothing got through, whatever the rate.
static void take_losses(struct estimate *e, const struct feedback_news *news, bool after_silence)
{
    int found = 0;

    for (unsigned i = 0; i < news->arrived_count; i++) {
        const struct arrived_packet *packet = &news->arrived[i];
        found += packet->found;
        if (packet->found)
            loss_limit_found(&e->loss_limit, packet->sent.size);
        else
            loss_limit_report(&e->loss_limit, packet->sent.sent_at, packet->sent.size, false);
        if (e->probes.running && !packet->found)
            probe_cluster_told(&e->probes.cluster, packet->sent.probe);
    }
    for (unsigned i = 0; i < news->lost_count; i++) {
        if (!after_silence)
            loss_limit_report(&e->loss_limit, news->lost[i].sent_at, news->lost[i].size, true);
        if (e->probes.running)
            probe_cluster_told(&e->probes.cluster, news->lost[i].probe);
    }
    recent_loss_add(&e->loss, news->now, (int)(news->arrived_count + news->lost_count) - found,
                    (int)news->lost_count - found);
}

static void take_rtt(struct estimate *e, usec now, const struct arrived_packet *newest)
{
    const usec rtt = now - newest->sent.sent_at;

    e->rtt = e->rtt ? e->rtt + (rtt - e->rtt) / RTT_WEIGHT : rtt;
}

static void take_arrivals(struct estimate *e, const struct feedback_news *news)
{
    for (unsigned i = 0; i < news->arrived_count; i++) {
        const struct arrived_packet *packet = &news->arrived[i];
        line_watch_arrived(&e->line, news->now, packet);
        if (e->probes.running)
            probe_cluster_arrived(&e->probes.cluster, packet->number, packet->sent.sent_at,
                                  packet->arrival, packet->sent.size, packet->sent.probe);
    }
}

// False when it tells nothing new.
static bool take_news(struct estimate *e, struct feedback_news *news)
{
    const bool after_silence = e->heard_at && news->now - e->heard_at > SILENCE;
    bool leapt = false;
    bool any = false;

    while (feedback_news_next(news)) {
        if ((!any && after_silence) || (!leapt && news->leapt))
            line_watch_anew(&e->line, news->leapt);
        else if (!any && news->gap)
            acked_rate_skip(&e->line.acked); // reports are missing, which is not to say packets are
        any = true;
        leapt = news->leapt;
        take_arrivals(e, news);
        take_losses(e, news, after_silence);
        if (news->arrived_count > 0)
            take_rtt(e, news->now, &news->arrived[news->arrived_count - 1]);
    }
    if (any && after_silence)
        rate_control_pause(&e->control, news->now);
    if (any)
        e->heard_at = news->now;
    return any;
}

// --- what follows from it ------------------------------------------------------------------------

static void combine(struct estimate *e)
{
    const double loss_bps = loss_limit_bps(&e->loss_limit);

    e->target_bps = e->control.bps < loss_bps ? e->control.bps : loss_bps;
    if (e->target_bps < ESTIMATE_MIN_BPS)
        e->target_bps = ESTIMATE_MIN_BPS;
}

// More is believed at once; but a short burst may pass between those of others on the same line, so
// only step by step after the line was full. Less is believed of a guess at once, and of what was
// proven when a second probe says so too: one alone may have been held up on the way.
static void take_probe_result(struct estimate *e, usec now, double bps)
{
    const bool is_jittery = queue_delay_is_jittery(&e->line.queue);

    if (bps < SATURATED * e->probes.cluster.order.rate_bps && !is_jittery)
        rate_control_limit(&e->control, bps / HEADROOM, now);
    if (bps < e->target_bps && e->proven) {
        const double twice = bps > e->low_result_bps ? bps : e->low_result_bps;
        const bool is_second = e->low_result_bps > 0;
        e->low_result_bps = bps < DOUBTED * e->target_bps && !is_jittery ? bps : 0;
        if (!is_second || e->low_result_bps <= 0)
            return;
        bps = twice;
    }
    if (bps > e->target_bps && line_watch_is_busy(&e->line))
        return; // what came through in a gap of others' is no measure
    const bool carefully =
        e->filled_at && now - e->filled_at < FILLED_FOR && bps > CAREFUL * e->target_bps;
    if (carefully)
        bps = CAREFUL * e->target_bps;
    e->low_result_bps = 0;
    e->proven = true;
    if (bps < e->line.acked.bps)
        bps = e->line.acked.bps;
    if (bps > e->target_bps)
        probes_raised(&e->probes, now, carefully);
    rate_control_set(&e->control, bps, now);
    loss_limit_raise(&e->loss_limit, bps);
}

static void control_rate(struct estimate *e, usec now)
{
    const struct line_watch_view line = {.bps = e->control.bps,
                                         .app_limited = e->limited.is,
                                         .is_lost = !e->proven && recent_loss_is_heavy(&e->loss),
                                         .rtt = e->rtt};
    const struct rate_control_news news = line_watch_judge(&e->line, now, &line);
    const bool reduced = rate_control_update(&e->control, now, &news);
    const struct probes_view view = view_of(e);
    const double loss = loss_limit_mean(&e->loss_limit, ESTIMATE_MAX_BPS);
    double result;

    if (reduced) {
        e->filled_at = news.filled_bps > 0 ? now : e->filled_at;
        line_watch_relieved(&e->line, now, &news);
        loss_limit_relieved(&e->loss_limit, now);
    }
    e->proven = e->proven || (reduced && news.acked_bps > 0) ||
                (news.use == LINE_NORMAL && news.acked_bps > FILLED * e->target_bps);
    if (probes_result(&e->probes, now, &view, e->history.told, loss, &result) &&
        news.use != LINE_OVERUSED)
        take_probe_result(e, now, result);
}

void estimate_feedback(struct estimate *e, usec now, const struct transport_cc *feedback)
{
    const double before = e->target_bps;
    struct feedback_news news;

    feedback_news_begin(&news, &e->history, &e->clock, now, feedback);
    if (!take_news(e, &news))
        return;
    control_rate(e, now);
    loss_limit_update(&e->loss_limit, now,
                      &(struct loss_limit_news){.delay_bps = e->control.bps,
                                                .acked_bps = e->line.acked.bps,
                                                .app_limited = e->limited.is,
                                                .target_bps = e->target_bps});
    combine(e);
    if (e->target_bps < STEP_DOWN * before)
        probes_fallen(&e->probes, now, before, e->target_bps);
    consider_probe(e, now);
}

void estimate_set_demand(struct estimate *e, usec now, const struct estimate_demand *demand)
{
    e->demand = *demand;
    consider_probe(e, now);
}

void estimate_path_changed(struct estimate *e, usec now)
{
    sent_history_forget(&e->history);
    begin(e, e->target_bps < e->start_bps ? e->target_bps : e->start_bps, now);
    e->rtt = 0;
    e->loss = (struct recent_loss){0};
    consider_probe(e, now);
}

bool estimate_take_probe(struct estimate *e, usec now, struct probe_order *order)
{
    consider_probe(e, now);
    return probes_take(&e->probes, order);
}

void estimate_tick(struct estimate *e, usec now)
{
    app_limited_sent(&e->limited, now, 0, e->target_bps);
    probes_tick(&e->probes, now);
    consider_probe(e, now);
}

usec estimate_deadline(const struct estimate *e)
{
    const struct probes_view view = view_of(e);

    return probes_deadline(&e->probes, &view);
}

uint32_t estimate_target(const struct estimate *e)
{
    return (uint32_t)e->target_bps;
}

double estimate_loss(const struct estimate *e)
{
    return recent_loss_share(&e->loss);
}

usec estimate_queue(const struct estimate *e)
{
    return queue_delay_standing(&e->line.queue);
}

bool estimate_is_proven(const struct estimate *e)
{
    return e->proven;
}
