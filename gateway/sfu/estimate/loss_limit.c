// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/estimate/loss_limit.c - the rate above which loss grows, told apart from loss that is always there.
#include "sfu/estimate/loss_limit.h"

#include "sfu/estimate/estimate.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

// Two numbers are looked for that make what was observed most likely: the rate the line carries, and
// the share it loses at any rate ("inherent"). Constants as in libwebrtc's LossBasedBweV2, 2024.
#define OBSERVATION MSEC(250)
#define LEAST_OBSERVATIONS 3
#define AGEING 0.9
#define FIRST_INHERENT 0.01
#define LEAST_INHERENT 1e-3
#define MOST_INHERENT_OFFSET 0.05
#define BALANCE_BPS 75000.0
#define NEWTON_STEP 0.75
#define NEWTON_STEPS 4
#define BIAS_PER_KBPS 0.0002
#define BIAS_PER_LOG 0.02
#define BIAS_ENDS_AT 0.15
#define BIAS_SMOOTHING 0.002
#define MOST_RISE 1.3
#define RISE_WINDOW MSEC(300)
#define CAP_OFFSET 0.05
#define CAP_FLOOR 0.85
#define COMPARABLE 1.5

// While there are too few observations: the older rule, loss over a tenth cuts the rate by half of it.
#define EARLY_PACKETS 20
#define EARLY_LOSS 0.1

struct candidate {
    double bps;
    double inherent;
    double score;
};

void loss_limit_init(struct loss_limit *limit)
{
    *limit = (struct loss_limit){.bps = ESTIMATE_MAX_BPS,
                                 .inherent = FIRST_INHERENT,
                                 .cap_bps = ESTIMATE_MAX_BPS,
                                 .window_bps = ESTIMATE_MAX_BPS};
}

void loss_limit_report(struct loss_limit *limit, usec sent_at, uint16_t size, bool lost)
{
    if (limit->observed_sent == 0)
        limit->observed_sent = sent_at;
    if (sent_at > limit->newest_sent)
        limit->newest_sent = sent_at;
    limit->partial.packets++;
    limit->partial.bytes += size;
    if (lost)
        limit->partial.lost += size;
}

static struct loss_observation *newest(struct loss_limit *limit)
{
    return &limit->observations[(limit->count - 1) % LOSS_LIMIT_WINDOW];
}

void loss_limit_found(struct loss_limit *limit, uint16_t size)
{
    struct loss_observation *in = &limit->partial;

    if (in->lost < size && limit->count > 0)
        in = newest(limit);
    in->lost = in->lost > size ? in->lost - size : 0;
}

static bool observe(struct loss_limit *limit)
{
    const usec span = limit->newest_sent - limit->observed_sent;

    if (span < OBSERVATION)
        return false;
    limit->partial.since = limit->observed_sent;
    limit->partial.sent_bps = limit->partial.bytes * 8e6 / (double)span;
    limit->count++;
    *newest(limit) = limit->partial;
    limit->partial = (struct loss_observation){0};
    limit->observed_sent = limit->newest_sent;
    return true;
}

// Walks from the newest to the oldest; `weight` begins at 1.
static const struct loss_observation *next(const struct loss_limit *limit, unsigned *back,
                                           double *weight)
{
    if (*back >= limit->count || *back >= LOSS_LIMIT_WINDOW)
        return NULL;
    *weight *= *back > 0 ? AGEING : 1;
    return &limit->observations[(limit->count - 1 - (*back)++) % LOSS_LIMIT_WINDOW];
}

double loss_limit_mean(const struct loss_limit *limit, double most_bps)
{
    const struct loss_observation *seen;
    double weight = 1;
    double bytes = 0;
    double lost = 0;

    for (unsigned back = 0; (seen = next(limit, &back, &weight));) {
        if (seen->sent_bps > most_bps)
            continue;
        bytes += weight * seen->bytes;
        lost += weight * seen->lost;
    }
    return bytes > 0 ? lost / bytes : 0;
}

static double clamp(double value, double least, double most)
{
    return value < least ? least : value > most ? most : value;
}

// The natural logarithm of a positive number, to nine digits; libm would be linked for this alone.
static double ln(double value)
{
    uint64_t bits;
    double mantissa;

    memcpy(&bits, &value, sizeof bits);
    const int exponent = (int)(bits >> 52 & 0x7ff) - 1023;
    bits = (bits & 0xfffffffffffff) | (uint64_t)1023 << 52;
    memcpy(&mantissa, &bits, sizeof mantissa);

    const double x = (mantissa - 1) / (mantissa + 1); // below 1/3
    const double square = x * x;
    double sum = 0;
    for (int odd = 17; odd >= 1; odd -= 2)
        sum = sum * square + 1.0 / odd;
    return 2 * x * sum + exponent * 0.69314718055994531;
}

static double loss_at(const struct candidate *candidate, double sent_bps)
{
    double loss = candidate->inherent;

    if (sent_bps > candidate->bps)
        loss += (1 - loss) * (sent_bps - candidate->bps) / sent_bps;
    return clamp(loss, 1e-6, 1 - 1e-6);
}

static double feasible(const struct candidate *candidate)
{
    const double most = MOST_INHERENT_OFFSET + BALANCE_BPS / clamp(candidate->bps, 1, 1e12);

    return clamp(candidate->inherent, LEAST_INHERENT, most < 1 ? most : 1);
}

// Newton's method towards the inherent loss that explains most at this rate.
static void step_inherent(const struct loss_limit *limit, struct candidate *candidate)
{
    const struct loss_observation *seen;
    double weight = 1;
    double first = 0;
    double second = 0;

    candidate->inherent = feasible(candidate);
    for (unsigned back = 0; (seen = next(limit, &back, &weight));) {
        const double loss = loss_at(candidate, seen->sent_bps);
        const double passed = seen->bytes - seen->lost;
        first += weight * (seen->lost / loss - passed / (1 - loss));
        second -= weight * (seen->lost / (loss * loss) + passed / ((1 - loss) * (1 - loss)));
    }
    if (second < 0)
        candidate->inherent -= NEWTON_STEP * first / second;
    candidate->inherent = feasible(candidate);
}

// libwebrtc takes one step per observation; but then a candidate that explains the loss by its rate is
// taken before one that would explain it as well by inherent loss, again and again.
static void fit_inherent(const struct loss_limit *limit, struct candidate *candidate)
{
    for (unsigned i = 0; i < NEWTON_STEPS; i++)
        step_inherent(limit, candidate);
}

// A higher rate is preferred while loss is bearable. (libwebrtc prefers a lower one beyond, and so follows
// loss that no rate helps against down to nothing.)
static double bias(double bps, double mean)
{
    const double off = mean < BIAS_ENDS_AT ? BIAS_ENDS_AT - mean : 0;
    const double turn = off / (BIAS_SMOOTHING + off);
    const double kbps = bps / 1000;

    return turn * BIAS_PER_KBPS * kbps + BIAS_PER_LOG * ln(1 + kbps);
}

static void score(const struct loss_limit *limit, struct candidate *candidate, double mean)
{
    const struct loss_observation *seen;
    const double preference = bias(candidate->bps, mean);
    double weight = 1;

    candidate->score = 0;
    for (unsigned back = 0; (seen = next(limit, &back, &weight));) {
        const double loss = loss_at(candidate, seen->sent_bps);
        candidate->score +=
            weight * (seen->lost * ln(loss) + (seen->bytes - seen->lost) * ln(1 - loss) +
                      seen->bytes * preference);
    }
}

// The likeliest of the few rates worth looking at.
static struct candidate best(const struct loss_limit *limit, double now_bps, double delay_bps,
                             double acked_bps, double mean)
{
    const double rates[] = {1.02 * now_bps, now_bps, 0.95 * now_bps, acked_bps, delay_bps};
    const double most = limit->state == LOSS_IS_NO_LIMIT ? delay_bps : limit->window_bps;
    const double ceiling = most > now_bps ? most : now_bps;
    struct candidate best = {.bps = now_bps, .inherent = limit->inherent};
    bool found = false;

    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        if (rates[i] <= 0 || (i == 4 && rates[i] <= now_bps))
            continue;
        struct candidate candidate = {.bps = rates[i] < ceiling ? rates[i] : ceiling,
                                      .inherent = limit->inherent};
        fit_inherent(limit, &candidate);
        score(limit, &candidate, mean);
        if (!found || candidate.score > best.score)
            best = candidate;
        found = true;
    }
    return best;
}

static void update_early(struct loss_limit *limit, usec now, double delay_bps)
{
    const struct loss_observation *seen = newest(limit);
    const double loss = seen->bytes > 0 ? seen->lost / seen->bytes : 0;

    if (seen->packets < EARLY_PACKETS || loss <= EARLY_LOSS || seen->since < limit->relieved_at)
        return;
    const double bps = limit->bps < delay_bps ? limit->bps : delay_bps;
    limit->bps = bps * (1 - loss / 2);
    limit->state = LOSS_LIMIT_FALLS;
    limit->relieved_at = now;
    limit->window_since = limit->newest_sent;
    limit->window_bps = MOST_RISE * limit->bps;
}

static void change_state(struct loss_limit *limit, double before, double delay_bps)
{
    const bool rises =
        limit->bps > before || (limit->bps >= before && limit->state == LOSS_LIMIT_RISES);

    if (limit->bps >= delay_bps)
        limit->state = LOSS_IS_NO_LIMIT;
    else if (limit->state != LOSS_IS_NO_LIMIT && rises)
        limit->state = LOSS_LIMIT_RISES;
    else
        limit->state = LOSS_LIMIT_FALLS;
    if (limit->state != LOSS_IS_NO_LIMIT &&
        limit->newest_sent - limit->window_since > RISE_WINDOW) {
        limit->window_since = limit->newest_sent;
        limit->window_bps = MOST_RISE * limit->bps;
    }
}

// Loss seen at a much higher rate says nothing of the present one. And no cliffs: a little less than what
// arrives is the least for now, and it goes up again gently.
static double cap(const struct loss_limit *limit, const struct loss_limit_news *news)
{
    const double mean = loss_limit_mean(limit, COMPARABLE * news->target_bps);

    const double most = clamp(MOST_RISE * limit->cap_bps, 0, ESTIMATE_MAX_BPS);

    if (mean <= CAP_OFFSET)
        return most;
    const double bps = BALANCE_BPS / (mean - CAP_OFFSET);
    const double least = CAP_FLOOR * news->acked_bps;
    return clamp(bps, least < most ? least : most, most);
}

void loss_limit_update(struct loss_limit *limit, usec now, const struct loss_limit_news *news)
{
    const double delay_bps = news->delay_bps;

    if (!observe(limit))
        return;
    if (limit->count < LEAST_OBSERVATIONS) {
        update_early(limit, now, delay_bps);
        return;
    }
    limit->cap_bps = cap(limit, news);

    const double mean = loss_limit_mean(limit, ESTIMATE_MAX_BPS);
    if (mean <= 0 &&
        limit->state == LOSS_IS_NO_LIMIT) { // the usual case, and nothing to be looked for
        limit->inherent = LEAST_INHERENT;
        return;
    }
    const double before = limit->state == LOSS_IS_NO_LIMIT ? delay_bps : limit->bps;
    const struct candidate likeliest =
        best(limit, before, delay_bps, news->app_limited ? 0 : news->acked_bps, mean);
    limit->inherent = likeliest.inherent;
    limit->bps = likeliest.bps;
    if (limit->bps > before && mean > limit->inherent)
        limit->bps = before;
    change_state(limit, before, delay_bps);
}

void loss_limit_relieved(struct loss_limit *limit, usec now)
{
    limit->relieved_at = now;
}

void loss_limit_raise(struct loss_limit *limit, double bps)
{
    if (limit->state != LOSS_IS_NO_LIMIT && bps > limit->bps)
        limit->bps = limit->window_bps = bps;
}

double loss_limit_bps(const struct loss_limit *limit)
{
    const double bps = limit->state == LOSS_IS_NO_LIMIT ? ESTIMATE_MAX_BPS : limit->bps;

    return bps < limit->cap_bps ? bps : limit->cap_bps;
}
