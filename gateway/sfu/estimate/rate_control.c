// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/estimate/rate_control.c - additive or gentle increase, multiplicative decrease, by what the delay says.
#include "sfu/estimate/rate_control.h"

#include "sfu/estimate/estimate.h"

#define BACK_OFF 0.85
#define BACK_OFF_DEEP 0.75  // so that what filled the queue meanwhile drains; a probe follows
#define BACK_OFF_SLIGHT 0.9 // where hardly less arrives than the rate
#define NEAR 0.9
#define CEILING_FOR SEC(10)
#define BACK_OFF_BPS 5000.0
#define GROWTH_PER_SECOND 0.08
#define LEAST_GROWTH_BPS 1000.0
#define LEAST_STEP_PER_SECOND 4000.0
#define OVER_ACKED 1.05 // libwebrtc: 1.5; here probes lead, and growth without use proves nothing
#define OVER_ACKED_BPS 10000.0
#define FRAMES_PER_SECOND 30.0
#define PACKET_BITS (1200.0 * 8)
#define RESPONSE MSEC(100) // of the receiver, beside the round trip
#define LEAST_PATIENCE MSEC(10)
#define MOST_PATIENCE MSEC(200)
#define FAR_OFF 0.7 // what arrives, of the rate: no time to wait
#define DEFAULT_RTT MSEC(200)

void rate_control_init(struct rate_control *control, double bps, usec now)
{
    *control = (struct rate_control){.bps = bps, .changed_at = now};
}

static void clamp(struct rate_control *control)
{
    if (control->bps < ESTIMATE_MIN_BPS)
        control->bps = ESTIMATE_MIN_BPS;
    if (control->bps > ESTIMATE_MAX_BPS)
        control->bps = ESTIMATE_MAX_BPS;
}

static usec patience(usec rtt)
{
    const usec wait = rtt > 0 ? rtt : DEFAULT_RTT;

    return wait < LEAST_PATIENCE ? LEAST_PATIENCE : usec_min(wait, MOST_PATIENCE);
}

// Near what the line is known to carry: about half a packet per response time.
static double additive_per_second(const struct rate_control *control, usec rtt)
{
    const double frame_bits = control->bps / FRAMES_PER_SECOND;
    const double packets = (double)(int)(frame_bits / PACKET_BITS) + 1;
    const double response = (double)((rtt > 0 ? rtt : DEFAULT_RTT) + RESPONSE) / 1e6;
    const double step = frame_bits / packets / (2 * response);

    return step > LEAST_STEP_PER_SECOND ? step : LEAST_STEP_PER_SECOND;
}

static void increase(struct rate_control *control, usec now, const struct rate_control_news *news)
{
    double most = OVER_ACKED * news->acked_bps + OVER_ACKED_BPS;
    const double seconds = (double)usec_min(now - control->changed_at, SEC(1)) / 1e6;

    if (now < control->ceiling_until && control->ceiling_bps < most)
        most = control->ceiling_bps;
    control->changed_at = now;
    link_capacity_doubt_above(&control->capacity, news->acked_bps);
    if (news->acked_bps <= 0 || control->bps >= most)
        return;
    double step = seconds * additive_per_second(control, news->rtt);
    if (control->capacity.kbps <= 0) {
        step = control->bps * GROWTH_PER_SECOND * seconds;
        if (step < LEAST_GROWTH_BPS * seconds)
            step = LEAST_GROWTH_BPS * seconds;
    }
    control->bps = control->bps + step < most ? control->bps + step : most;
    clamp(control);
}

// To a little below what arrives. Where little is sent that says nothing of the line, unless a queue
// is seen to fill: then it is lowered step by step.
static double backed_off(const struct rate_control *control, double arrives,
                         const struct rate_control_news *news)
{
    const bool is_filled = news->filled_bps > 0;
    const double seen = is_filled ? news->filled_bps : news->recent_bps;
    const double factor = is_filled && arrives < FAR_OFF * control->bps ? BACK_OFF_DEEP
                          : seen > NEAR * control->bps                  ? BACK_OFF_SLIGHT
                                                                        : BACK_OFF;
    double less = factor * arrives - BACK_OFF_BPS;

    if (!is_filled && less < factor * control->bps)
        less = factor * control->bps;
    if (less > control->bps && control->capacity.kbps > 0)
        less = BACK_OFF * control->capacity.kbps * 1000;
    return less < control->bps ? less : control->bps;
}

static bool decrease(struct rate_control *control, usec now, const struct rate_control_news *news)
{
    const usec since = now - control->changed_at;
    const double arrives = news->filled_bps > 0 ? news->filled_bps : news->acked_bps;
    const double before = control->bps;

    control->increasing = false;
    if (arrives <= 0) { // a guess from the start, and too much
        if (since < MOST_PATIENCE)
            return false;
        control->bps /= 2;
    } else {
        const bool is_far_off = news->filled_bps > 0 && arrives < FAR_OFF * control->bps;
        if (since < patience(news->rtt) && !is_far_off)
            return false;
        control->bps = backed_off(control, arrives, news);
        link_capacity_doubt_below(&control->capacity, arrives);
        link_capacity_filled(&control->capacity, arrives);
    }
    control->changed_at = now;
    clamp(control);
    return control->bps < before;
}

bool rate_control_update(struct rate_control *control, usec now,
                         const struct rate_control_news *news)
{
    switch (news->use) {
    case LINE_OVERUSED:
        return decrease(control, now, news);
    case LINE_UNDERUSED: // a queue empties: let it
        control->increasing = false;
        break;
    case LINE_NORMAL:
        if (control->increasing)
            increase(control, now, news);
        else
            control->changed_at = now;
        control->increasing = true;
        break;
    }
    return false;
}

void rate_control_set(struct rate_control *control, double bps, usec now)
{
    control->bps = bps;
    control->changed_at = now;
    link_capacity_probed(&control->capacity, bps);
    clamp(control);
}

void rate_control_limit(struct rate_control *control, double bps, usec now)
{
    control->ceiling_bps = bps;
    control->ceiling_until = now + CEILING_FOR;
}

void rate_control_pause(struct rate_control *control, usec now)
{
    control->changed_at = now;
}
