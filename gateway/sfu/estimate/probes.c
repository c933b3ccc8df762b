// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/estimate/probes.c - when to probe the line, and how far.
#include "sfu/estimate/probes.h"

#define FIRST_FACTOR 3.0
#define FURTHER_FACTOR 2.0
#define WENT_WELL 0.85
#define WORTH_A_SECOND 0.3
#define NEXT_FACTOR 1.2
#define NEXT_FITS 1.1
#define PERIODIC_FACTOR 2.0
#define MOST_FACTOR 2.0
#define STEP_FACTOR 3.0 // at a time
#define CONTENT_FACTOR 1.25
#define GAIN 1.1 // a probe at less than this much over the target can show nothing
#define DEEP_FALL 0.66
#define RECOVERY_FACTOR 0.85
#define RECOVERY_FROM MSEC(1000)
#define RECOVERY_UNTIL SEC(5)
#define PERIOD SEC(5)
#define RETRY SEC(2)
#define FRESH MSEC(200)
#define CALM MSEC(800) // after the target was reduced
#define MISLED_WITHIN SEC(3)
#define MOST_MISLED 3
#define VERIFY MSEC(250)
#define TIMEOUT SEC(1)
#define LEAST_SECONDS 0.015
#define MOST_SECONDS 0.06
#define QUEUE_SECONDS 0.02 // in vain a probe fills the queue by so much
#define PACKETS 5
#define USUAL_PACKET 1000.0
#define SHARE 0.05 // of the time the line may be busy with probes that were in vain

// In vain a probe makes the queue longer by its span times its rate over what the line carries.
static double cap(double bps, const struct probes_view *view)
{
    const double wanted = MOST_FACTOR * view->demand.most;
    const double bearable = STEP_FACTOR * view->target_bps;
    const double most = wanted < bearable ? wanted : bearable;

    return bps < most ? bps : most;
}

// The nearer to what the line is known to carry, the longer it may last, and the less does it matter that
// packets are held up on the way.
static double burst_bytes(double bps, double target_bps)
{
    const double over = bps / target_bps - 1;
    const double seconds =
        over * MOST_SECONDS > QUEUE_SECONDS ? QUEUE_SECONDS / over : MOST_SECONDS;

    return bps * (seconds > LEAST_SECONDS ? seconds : LEAST_SECONDS) / 8;
}

// On a thin line a burst of whole packets takes long to pass. After steps up that went wrong the pauses
// become longer, and the more so the nearer all wishes are: of two on one line, the worse off tries more often.
static usec retry_after(const struct probes *probes, const struct probes_view *view)
{
    const double whole = PACKETS * USUAL_PACKET;
    const double bytes = burst_bytes(cap(NEXT_FACTOR * view->demand.next, view), view->target_bps);
    const double seconds = (bytes > whole ? bytes : whole) * 8 / view->target_bps / SHARE;
    const usec wait = (usec)(seconds * 1e6);
    const double share = view->target_bps / view->demand.most;
    const usec pause = (usec)((double)(RETRY << probes->misled) * (share < 1 ? share : 1));
    const usec least = pause > RETRY ? pause : RETRY;

    return wait > least ? wait : least;
}

static bool wants_more(const struct probes_view *view)
{
    return view->demand.next > view->demand.sending;
}

// When a probe for the next better picture is due; USEC_NEVER: it is not wanted, or thought to fit.
static usec next_due(const struct probes *probes, const struct probes_view *view)
{
    if (!wants_more(view) || view->target_bps >= NEXT_FITS * view->demand.next)
        return USEC_NEVER;
    const bool fresh = view->demand.next > probes->asked;
    return probes->ended_at + (fresh ? FRESH : retry_after(probes, view));
}

static usec periodic_due(const struct probes *probes, const struct probes_view *view)
{
    if (!wants_more(view) || !view->app_limited ||
        view->target_bps >= CONTENT_FACTOR * view->demand.most)
        return USEC_NEVER;
    return probes->ended_at + PERIOD;
}

static bool can_probe(const struct probes_view *view)
{
    return !view->troubled && view->demand.pictures && view->demand.most > 0;
}

// 0: none is due.
static double due_bps(struct probes *probes, usec now, const struct probes_view *view)
{
    if (!probes->begun)
        return FIRST_FACTOR * view->target_bps;
    const double further = cap(probes->further, view);
    if (further > GAIN * probes->cluster.order.rate_bps)
        return further;
    probes->further = 0; // no further than the last
    if (probes->before > 0 && now - probes->fallen_at >= RECOVERY_FROM) {
        const double bps = RECOVERY_FACTOR * probes->before;
        probes->before = 0;
        if (now - probes->fallen_at <= RECOVERY_UNTIL)
            return bps;
    }
    if (now >= next_due(probes, view))
        return NEXT_FACTOR * view->demand.next;
    if (now >= periodic_due(probes, view))
        return PERIODIC_FACTOR * view->target_bps;
    return 0;
}

static void order(struct probes *probes, usec now, double bps, double target_bps)
{
    probes->number = probes->number == UINT8_MAX ? 1 : (uint8_t)(probes->number + 1);
    const struct probe_order order = {.number = probes->number,
                                      .rate_bps = (uint32_t)bps,
                                      .bytes = (uint32_t)burst_bytes(bps, target_bps),
                                      .packets = PACKETS};
    probe_cluster_begin(&probes->cluster, now, &order);
    probes->running = true;
    probes->taken = false;
}

void probes_consider(struct probes *probes, usec now, const struct probes_view *view)
{
    if (probes->running || !can_probe(view) || now < probes->calm_at)
        return;

    const double due = due_bps(probes, now, view);
    const double bps = cap(due, view);
    if (due <= 0)
        return;
    probes->begun = true;
    probes->further = 0;
    probes->asked = view->demand.next;
    probes->ended_at = now; // even if it is left out, as it could show nothing
    if (bps >= GAIN * view->target_bps && bps >= ESTIMATE_MIN_BPS)
        order(probes, now, bps, view->target_bps);
}

bool probes_take(struct probes *probes, struct probe_order *order)
{
    if (!probes->running || probes->taken)
        return false;
    probes->taken = true;
    *order = probes->cluster.order;
    return true;
}

bool probes_result(struct probes *probes, usec now, const struct probes_view *view, int64_t told,
                   double loss, double *bps)
{
    if (!probes->running || !probe_cluster_is_over(&probes->cluster, now, told))
        return false;
    probes->running = false;
    probes->ended_at = now;
    *bps = probe_cluster_bps(&probes->cluster, loss);
    const double rate = probes->cluster.order.rate_bps;
    if (!probes->found && *bps > WORTH_A_SECOND * rate && *bps <= WENT_WELL * rate)
        probes->asked = 0;             // the first of all may just have been held up
    if (*bps <= 0 && !probes->found) { // then at least for how little came through
        const double arrived = probe_cluster_arrived_bps(&probes->cluster);
        *bps = arrived < view->target_bps ? arrived : 0;
    }
    probes->found = probes->found || *bps > 0;
    if (*bps > WENT_WELL * rate)
        probes->further = FURTHER_FACTOR * rate;
    return *bps > 0;
}

void probes_raised(struct probes *probes, usec now, bool carefully)
{
    probes->raised_at = now;
    if (carefully) {
        probes->calm_at = now + VERIFY;
        probes->asked = 0;
    }
}

void probes_fallen(struct probes *probes, usec now, double from, double to)
{
    if (to < DEEP_FALL * from && from > probes->before)
        probes->before = from;
    if (probes->raised_at) {
        const bool was_wrong = now - probes->raised_at < MISLED_WITHIN;
        probes->misled = !was_wrong                     ? 0
                         : probes->misled < MOST_MISLED ? probes->misled + 1
                                                        : MOST_MISLED;
        probes->raised_at = 0;
    }
    probes->fallen_at = now;
    probes->calm_at = now + CALM;
    probes->further = 0;
}

void probes_tick(struct probes *probes, usec now)
{
    if (!probes->running || now - probes->cluster.sent_at < TIMEOUT)
        return;
    probes->running = false;
    probes->ended_at = now;
}

usec probes_deadline(const struct probes *probes, const struct probes_view *view)
{
    if (probes->running)
        return probes->cluster.sent_at + TIMEOUT;
    if (!can_probe(view))
        return USEC_NEVER;
    usec due = usec_min(next_due(probes, view), periodic_due(probes, view));
    if (probes->before > 0)
        due = usec_min(due, probes->fallen_at + RECOVERY_FROM);
    if (!probes->begun || probes->further > 0)
        due = probes->calm_at;
    return due == USEC_NEVER || due > probes->calm_at ? due : probes->calm_at;
}
