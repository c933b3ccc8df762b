// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/keyframe.c - at most one request per interval, until it is answered.
#include "sfu/keyframe.h"

#define ASK_INTERVAL_MS 200
#define ASK_INTERVAL_TALL_MS 500 // a large key frame takes longer on its way
#define TALL 720
#define KEY_FRAME_SHARE MSEC(500)
#define STORM SEC(2)    // a few at once are switches and joiners
#define PATIENCE SEC(5) // a sender that does not answer for so long is not asked as often any more
#define ASK_INTERVAL_VAIN_MS 1000
#define BUDGET_PER_SECOND 0.3
#define BUDGET_BURST 3

void keyframe_want(struct keyframe *keyframe)
{
    keyframe->wanted = true;
}

void keyframe_seen(struct keyframe *keyframe, uint16_t height)
{
    keyframe->wanted = false;
    if (height > 0)
        keyframe->height = height;
    keyframe->asks_since = 0;
}

// A key frame asked for already may be asked for again; another one has to wait its turn in a storm.
static usec earliest(const struct keyframe *keyframe, const struct keyframe_pace *pace)
{
    const usec turn = pace->credit - STORM;

    return keyframe->asks_since || keyframe->next_ask > turn ? keyframe->next_ask : turn;
}

static usec interval(const struct keyframe *keyframe, usec now)
{
    if (now - keyframe->asks_since >= PATIENCE)
        return MSEC(ASK_INTERVAL_VAIN_MS);
    return MSEC(keyframe->height > TALL ? ASK_INTERVAL_TALL_MS : ASK_INTERVAL_MS);
}

bool keyframe_due(struct keyframe *keyframe, struct keyframe_pace *pace, usec now)
{
    if (!keyframe->wanted || now < earliest(keyframe, pace))
        return false;
    if (!keyframe->asks_since) {
        keyframe->asks_since = now;
        pace->credit = (pace->credit > now ? pace->credit : now) + KEY_FRAME_SHARE;
    }
    keyframe->next_ask = now + interval(keyframe, now);
    return true;
}

usec keyframe_deadline(const struct keyframe *keyframe, const struct keyframe_pace *pace)
{
    return keyframe->wanted ? earliest(keyframe, pace) : USEC_NEVER;
}

void keyframe_budget_init(struct bucket *budget, usec now)
{
    bucket_init(budget, BUDGET_PER_SECOND, BUDGET_BURST, now);
}

bool keyframe_budget_take(struct bucket *budget, usec now)
{
    return bucket_take(budget, now, 1);
}
