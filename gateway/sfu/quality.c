// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/quality.c - falls on evidence, recovers on patience.
#include "sfu/quality.h"

#define LOST_AFTER SEC(3)
#define FALL_AFTER SEC(1)
#define RISE_AFTER SEC(5)

// Jitsi's figures.
#define GOOD_LOSS_PERMILLE 60
#define FAIR_LOSS_PERMILLE 80
#define GOOD_PERCENT 50
#define FAIR_PERCENT 30

static enum line_quality by_loss(uint32_t permille)
{
    if (permille < GOOD_LOSS_PERMILLE)
        return QUALITY_GOOD;
    return permille < FAIR_LOSS_PERMILLE ? QUALITY_FAIR : QUALITY_POOR;
}

static enum line_quality by_rate(uint64_t arriving_bps, uint64_t wanted_bps)
{
    if (arriving_bps * 100 >= wanted_bps * GOOD_PERCENT)
        return QUALITY_GOOD;
    return arriving_bps * 100 >= wanted_bps * FAIR_PERCENT ? QUALITY_FAIR : QUALITY_POOR;
}

static enum line_quality level_of(const struct quality_sample *sample, usec now)
{
    if (!sample->expected)
        return QUALITY_GOOD;
    if (now - sample->heard_at >= LOST_AFTER)
        return QUALITY_LOST;
    const enum line_quality loss = by_loss(sample->loss_permille);
    const enum line_quality rate = by_rate(sample->arriving_bps, sample->wanted_bps);
    return loss > rate ? loss : rate;
}

static bool move_to(struct quality *quality, enum line_quality level)
{
    *quality = (struct quality){.level = level};
    return true;
}

static bool note_worse(struct quality *quality, usec now, enum line_quality level)
{
    quality->better_since = 0;
    if (quality->worse_since == 0) {
        quality->worse_since = now;
        quality->mildest = level;
    }
    if (level < quality->mildest)
        quality->mildest = level;
    return now - quality->worse_since >= FALL_AFTER && move_to(quality, quality->mildest);
}

static bool note_better(struct quality *quality, usec now)
{
    quality->worse_since = 0;
    if (quality->better_since == 0)
        quality->better_since = now;
    return now - quality->better_since >= RISE_AFTER &&
           move_to(quality, (enum line_quality)(quality->level - 1));
}

bool quality_note(struct quality *quality, usec now, const struct quality_sample *sample)
{
    const enum line_quality level = level_of(sample, now);

    if (level == quality->level) {
        quality->worse_since = quality->better_since = 0;
        return false;
    }
    if (level == QUALITY_LOST)
        return move_to(quality, QUALITY_LOST);
    if (quality->level == QUALITY_LOST)
        return move_to(quality, QUALITY_POOR);
    return level > quality->level ? note_worse(quality, now, level) : note_better(quality, now);
}
