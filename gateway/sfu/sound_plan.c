// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/sound_plan.c - copies by loss, bundles by room, and a thin voice where neither fits.
//
// At 50 packets a second headers alone take 30 kbit/s. On a line of 48 kbit/s three frames of a thin voice
// in one packet, with the three before them, take 41.
#include "sfu/sound_plan.h"

#include "sfu/packet.h"

#define RED_HEADER 4u // of each frame but the newest, which has one byte
#define FRAMES_PER_SECOND 50u
#define RTCP_BPS 5000u
// 48 kbit/s is the smallest line that is served. Under heavy loss an estimate says less than the line
// carries, and a second copy of everything is worth a little more than the line has.
#define LEAST_BPS 50000u
#define NO_PICTURE_BPS 150000u // less carries no picture worth the name beside sound
#define COPIES_PERCENT 40
#define USUAL_FRAME 80u // 32 kbit/s: Opus as browsers like it

// Loss from which on, and (once there) down to which, frames are sent twice and three times.
#define TWICE_FROM 0.03
#define TWICE_TO 0.015
#define THRICE_FROM 0.15
#define THRICE_TO 0.10

#define KEEP_PERCENT 110 // what is sent may be this much of what there is room for
#define LOWER_PERCENT 80 // and a smaller bundle must fit into this much
#define PATIENCE SEC(5)
#define PATIENCE_BLIND SEC(40) // repeats of whole packets hide the loss that they make good
#define PATIENCE_MAX SEC(160)
#define TOO_SOON SEC(15) // after less was tried: it was too little

uint32_t sound_plan_bps(struct sound_plan plan, size_t frame_bytes, bool has_red)
{
    const size_t blocks = (size_t)plan.bundle * plan.copies;
    const size_t red = blocks > 1 ? RED_HEADER * (blocks - 1) + 1 : 0;

    if (!has_red)
        return (uint32_t)((frame_bytes + PACKET_AROUND) * plan.copies * 8 * FRAMES_PER_SECOND);
    return (uint32_t)((blocks * frame_bytes + red + PACKET_AROUND) * 8 * FRAMES_PER_SECOND /
                      plan.bundle);
}

// Sound once is worth the whole line; copies of it leave the larger part to pictures, where there is one.
static uint64_t room_for(const struct sound_facts *facts, struct sound_plan plan)
{
    const uint64_t all = facts->target_bps > LEAST_BPS ? facts->target_bps : LEAST_BPS;
    const uint64_t part = all * COPIES_PERCENT / 100;

    if (plan.copies <= 1 || all <= NO_PICTURE_BPS)
        return all;
    return part > NO_PICTURE_BPS ? part : NO_PICTURE_BPS;
}

static bool fits(const struct sound_facts *facts, struct sound_plan plan, size_t frame_bytes,
                 unsigned percent)
{
    const uint64_t room = room_for(facts, plan);
    const uint64_t wanted = sound_plan_bps(plan, frame_bytes, facts->has_red);

    return (wanted * facts->speakers + RTCP_BPS) * 100 <= room * percent;
}

static uint8_t copies_for(double loss, uint8_t before)
{
    if (loss >= (before >= 3 ? THRICE_TO : THRICE_FROM))
        return 3;
    return loss >= (before >= 2 ? TWICE_TO : TWICE_FROM) ? 2 : 1;
}

static unsigned percent_of(struct sound_plan plan, struct sound_plan before)
{
    if (plan.bundle == before.bundle && plan.copies == before.copies)
        return KEEP_PERCENT;
    return plan.bundle < before.bundle ? LOWER_PERCENT : 100;
}

struct sound_plan sound_plan_for(const struct sound_facts *facts, struct sound_plan before)
{
    const uint8_t largest = facts->has_red ? SOUND_BUNDLE_MAX : 1;
    const uint8_t wanted = copies_for(facts->loss, before.copies);
    struct sound_plan plan = {.bundle = largest, .copies = wanted};
    const bool thin = !fits(facts, plan, USUAL_FRAME, before.thin ? LOWER_PERCENT : 100);

    for (uint8_t copies = wanted; copies >= 1; copies--)
        for (uint8_t bundle = 1; bundle <= largest; bundle++) {
            plan = (struct sound_plan){.bundle = bundle, .copies = copies, .thin = thin};
            if (fits(facts, plan, facts->frame_bytes, percent_of(plan, before)))
                return plan;
        }
    return (struct sound_plan){.bundle = largest, .copies = 1, .thin = thin};
}

static void lower(struct sound_planner *planner, usec now, struct sound_plan plan)
{
    planner->plan = plan;
    planner->lowered_at = now;
    planner->calm_since = 0;
}

static void raise(struct sound_planner *planner, usec now, struct sound_plan plan, usec patience)
{
    const bool was_too_little = planner->lowered_at && now - planner->lowered_at < TOO_SOON;

    if (plan.copies > planner->plan.copies)
        planner->patience =
            was_too_little ? usec_min(2 * planner->patience, PATIENCE_MAX) : patience;
    planner->plan = plan;
    planner->calm_since = 0;
}

bool sound_planner_update(struct sound_planner *planner, usec now, const struct sound_facts *facts)
{
    const struct sound_plan before = planner->plan;
    const usec patience = facts->has_red ? PATIENCE : PATIENCE_BLIND;

    if (!before.copies) {
        planner->plan = (struct sound_plan){.bundle = 1, .copies = 1};
        planner->patience = patience;
    }
    const struct sound_plan plan = sound_plan_for(facts, planner->plan);
    planner->plan.thin = plan.thin;
    if (plan.bundle == planner->plan.bundle && plan.copies == planner->plan.copies)
        planner->calm_since = 0;
    else if (plan.bundle > planner->plan.bundle || plan.copies > planner->plan.copies ||
             !fits(facts, planner->plan, facts->frame_bytes, KEEP_PERCENT))
        raise(planner, now, plan, patience);
    else if (!planner->calm_since)
        planner->calm_since = now;
    else if (now - planner->calm_since >= planner->patience)
        lower(planner, now, plan);
    return before.bundle != planner->plan.bundle || before.copies != planner->plan.copies ||
           before.thin != planner->plan.thin;
}
