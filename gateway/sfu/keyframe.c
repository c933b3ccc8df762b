// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/keyframe.c - at most one request per interval, until it is answered.
#include "sfu/keyframe.h"

#define ASK_INTERVAL_MS 200
#define ASK_INTERVAL_TALL_MS 500 // a large key frame takes longer on its way
#define TALL 720
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
}

bool keyframe_due(struct keyframe *keyframe, usec now)
{
    if (!keyframe->wanted || now < keyframe->next_ask)
        return false;
    keyframe->next_ask =
        now + MSEC(keyframe->height > TALL ? ASK_INTERVAL_TALL_MS : ASK_INTERVAL_MS);
    return true;
}

usec keyframe_deadline(const struct keyframe *keyframe)
{
    return keyframe->wanted ? keyframe->next_ask : USEC_NEVER;
}

void keyframe_budget_init(struct bucket *budget, usec now)
{
    bucket_init(budget, BUDGET_PER_SECOND, BUDGET_BURST, now);
}

bool keyframe_budget_take(struct bucket *budget, usec now)
{
    return bucket_take(budget, now, 1);
}
