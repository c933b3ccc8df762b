// SPDX-License-Identifier: AGPL-3.0-or-later
// support/playout.c - hears 10 ms at a time.
#include "support/playout.h"

#include <string.h>

#define FRAME MSEC(20)
#define TURN MSEC(10)
#define BUCKET MSEC(20)
#define QUANTILE 0.95
#define FADES 0.983             // NetEq's forgetting factor
#define CHANGES_AGAIN MSEC(100) // time is stretched and shortened a little at a time
#define SLACK MSEC(40)
#define ANEW 1000 // frames: another beginning

static void restart(struct playout *p, usec now, uint32_t source, uint32_t frame)
{
    const uint64_t heard = p->heard;
    const uint64_t concealed = p->concealed;
    const uint64_t longest = p->longest;

    *p = (struct playout){.started = true,
                          .source = source,
                          .newest = frame,
                          .next = now + TURN,
                          .at = 2 * (int64_t)frame,
                          .heard = heard,
                          .concealed = concealed,
                          .longest = longest};
    p->waits[0] = 1;
}

bool playout_has(const struct playout *p, uint32_t frame)
{
    return p->started && p->frames[frame % PLAYOUT_FRAMES] == frame + 1;
}

// Against the quickest frame of late.
static void learn_wait(struct playout *p, usec transit)
{
    usec least = transit;

    p->transits[p->arrived % PLAYOUT_RECENT] = transit;
    p->arrived++;
    for (uint32_t i = 0; i < PLAYOUT_RECENT && i < p->arrived; i++)
        least = usec_min(least, p->transits[i]);
    usec bucket = (transit - least) / BUCKET;
    if (bucket >= PLAYOUT_BUCKETS)
        bucket = PLAYOUT_BUCKETS - 1;
    for (int i = 0; i < PLAYOUT_BUCKETS; i++)
        p->waits[i] = p->waits[i] * FADES + (i == bucket ? 1 - FADES : 0);
}

void playout_frame(struct playout *p, usec now, uint32_t source, uint32_t frame, usec captured)
{
    const bool is_new = !p->started || p->source != source || (int64_t)frame > p->newest + ANEW ||
                        (int64_t)frame < p->newest - ANEW;

    if (is_new)
        restart(p, now, source, frame);
    if (playout_has(p, frame))
        return;
    // What was sent again on purpose says nothing about the line's delays.
    if (frame >= p->newest)
        learn_wait(p, now - captured);
    if (frame > p->newest)
        p->newest = frame;
    if (2 * (int64_t)frame + 2 > p->at)
        p->frames[frame % PLAYOUT_FRAMES] = frame + 1;
}

usec playout_target(const struct playout *p, usec least)
{
    double sum = 0;
    int bucket = 0;

    while (bucket < PLAYOUT_BUCKETS - 1 && (sum += p->waits[bucket]) < QUANTILE)
        bucket++;
    const usec target = (bucket + 1) * BUCKET;
    return target > least ? target : least;
}

usec playout_time_left(const struct playout *p, uint32_t frame)
{
    return (2 * (int64_t)frame - p->at) * TURN;
}

static void conceal(struct playout *p)
{
    p->concealed++;
    if (++p->run > p->longest)
        p->longest = p->run;
}

static void hear(struct playout *p, usec now, usec least)
{
    const usec target = playout_target(p, least);
    const usec in_front = (2 * p->newest + 2 - p->at) * TURN;
    const bool is_there = playout_has(p, (uint32_t)(p->at / 2));

    p->heard++;
    if (!is_there) {
        conceal(p);
        if (p->at / 2 < p->newest) // later ones are there: the gap passes
            p->at++;
        return;
    }
    p->run = 0;
    p->at++;
    if (in_front > target + SLACK && now - p->shortened_at >= CHANGES_AGAIN) {
        p->at++;
        p->shortened_at = now;
    } else if (in_front < target && now - p->stretched_at >= CHANGES_AGAIN / 2) {
        p->at--;
        p->stretched_at = now;
    }
}

void playout_run(struct playout *p, usec now, usec least, bool silent)
{
    while (p->started && p->next <= now) {
        p->next += TURN;
        if (silent)
            p->started = false;
        else
            hear(p, now, least);
    }
}

void playout_count_anew(struct playout *p)
{
    p->heard = p->concealed = p->longest = p->run = 0;
}

double playout_concealed(const struct playout *p)
{
    return p->heard ? (double)p->concealed / (double)p->heard : 0;
}
