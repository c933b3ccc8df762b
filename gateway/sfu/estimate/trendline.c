// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/estimate/trendline.c - whether packets come ever later, so that somewhere a queue fills.
#include "sfu/estimate/trendline.h"

#include "sfu/estimate/packet_groups.h"

// As in libwebrtc, 2024.
#define SMOOTHING 0.9
#define GAIN 4.0
#define MOST_DELTAS 60
#define START_THRESHOLD 12.5
#define LEAST_THRESHOLD 6.0
#define MOST_THRESHOLD 600.0
#define ADAPT_UP 0.0087
#define ADAPT_DOWN 0.039
#define ADAPT_NOT_BEYOND 15.0
#define ADAPT_MOST_MS 100.0
#define OVERUSE_MS 10.0

void trendline_init(struct trendline *line)
{
    *line = (struct trendline){.threshold = START_THRESHOLD, .over_ms = -1};
}

static double ms_of(usec span)
{
    return (double)span / 1000;
}

static double absolute(double value)
{
    return value < 0 ? -value : value;
}

// Least squares. The old slope when all points lie at one time.
static double fit(const struct trendline *line)
{
    double mean_at = 0;
    double mean_delay = 0;
    double up = 0;
    double down = 0;

    for (unsigned i = 0; i < TRENDLINE_POINTS; i++) {
        mean_at += line->points[i].at / TRENDLINE_POINTS;
        mean_delay += line->points[i].delay / TRENDLINE_POINTS;
    }
    for (unsigned i = 0; i < TRENDLINE_POINTS; i++) {
        const double at = line->points[i].at - mean_at;
        up += at * (line->points[i].delay - mean_delay);
        down += at * at;
    }
    return down > 0 ? up / down : line->slope;
}

// The threshold follows the trend slowly, so that it lies above what is usual on this line.
static void adapt(struct trendline *line, double trend, usec arrival)
{
    double ms = line->adapted_at ? ms_of(arrival - line->adapted_at) : 0;

    line->adapted_at = arrival;
    if (trend > line->threshold + ADAPT_NOT_BEYOND || ms <= 0)
        return;
    if (ms > ADAPT_MOST_MS)
        ms = ADAPT_MOST_MS;
    line->threshold +=
        (trend > line->threshold ? ADAPT_UP : ADAPT_DOWN) * (trend - line->threshold) * ms;
    if (line->threshold < LEAST_THRESHOLD)
        line->threshold = LEAST_THRESHOLD;
    if (line->threshold > MOST_THRESHOLD)
        line->threshold = MOST_THRESHOLD;
}

static void judge(struct trendline *line, double trend, double last_slope, double sent_ms)
{
    if (trend <= line->threshold) {
        line->over_ms = -1;
        line->over_count = 0;
        line->use = trend < -line->threshold ? LINE_UNDERUSED : LINE_NORMAL;
        return;
    }
    line->over_ms = line->over_ms < 0 ? sent_ms / 2 : line->over_ms + sent_ms;
    line->over_count++;
    if (line->over_ms > OVERUSE_MS && line->over_count > 1 && line->slope >= last_slope) {
        line->over_ms = 0;
        line->over_count = 0;
        line->use = LINE_OVERUSED;
    }
}

void trendline_add(struct trendline *line, const struct packet_delta *delta, usec arrival)
{
    const double last_slope = line->slope;
    const unsigned at = line->count % TRENDLINE_POINTS;

    if (line->count == 0)
        line->first_arrival = arrival;
    line->delay += ms_of(delta->arrival - delta->sent);
    line->smooth = SMOOTHING * line->smooth + (1 - SMOOTHING) * line->delay;
    line->points[at].at = ms_of(arrival - line->first_arrival);
    line->points[at].delay = line->smooth;
    line->count++;
    if (line->count < 2)
        return;
    if (line->count >= TRENDLINE_POINTS)
        line->slope = fit(line);

    const unsigned deltas = line->count < MOST_DELTAS ? line->count : MOST_DELTAS;
    const double trend = deltas * line->slope * GAIN;
    judge(line, trend, last_slope, ms_of(delta->sent));
    adapt(line, absolute(trend), arrival);
}
