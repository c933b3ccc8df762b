// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/sound_plan_test.c - plain on good lines, more on bad ones, and no flapping in between.
#include "sfu/sound_plan.h"

#include "support/check.h"

#define TICK MSEC(250)
#define THIN_FRAME (SOUND_THIN_BPS / 8 / 50)

static const struct sound_facts good = {
    .loss = 0, .target_bps = 5000000, .speakers = 1, .frame_bytes = 80, .has_red = true};
static const struct sound_plan plain = {.bundle = 1, .copies = 1};

static bool is(struct sound_plan plan, uint8_t bundle, uint8_t copies, bool thin)
{
    return plan.bundle == bundle && plan.copies == copies && plan.thin == thin;
}

static struct sound_plan plan_at(double loss, uint32_t target_bps, uint16_t frame_bytes)
{
    struct sound_facts facts = good;

    facts.loss = loss;
    facts.target_bps = target_bps;
    facts.frame_bytes = frame_bytes;
    return sound_plan_for(&facts, plain);
}

TEST(a_line_that_loses_next_to_nothing_gets_sound_as_it_is)
{
    CHECK(is(plan_at(0, 5000000, 80), 1, 1, false));
    CHECK(is(plan_at(.02, 5000000, 80), 1, 1, false));
    CHECK(is(plan_at(.02, 100000, 80), 1, 1, false));
}

TEST(copies_go_by_loss)
{
    CHECK(is(plan_at(.03, 5000000, 80), 1, 2, false));
    CHECK(is(plan_at(.10, 5000000, 80), 1, 2, false));
    CHECK(is(plan_at(.15, 5000000, 80), 1, 3, false));
    CHECK(is(plan_at(.90, 5000000, 80), 1, 3, false));
}

TEST(bundles_go_by_room)
{
    CHECK(is(plan_at(.05, 110000, 80), 1, 2, false));
    CHECK(is(plan_at(.05, 95000, 80), 2, 2, false));
    CHECK(is(plan_at(.05, 85000, 80), 3, 2, false));
    CHECK(is(plan_at(0, 60000, 80), 2, 1, false));
}

TEST(a_thin_voice_is_wanted_where_bundles_are_not_enough)
{
    CHECK(is(plan_at(.05, 70000, 80), 1, 1, true)); // no copies until it is
    CHECK(is(plan_at(.05, 70000, THIN_FRAME), 1, 2, true));
    CHECK(!plan_at(0, 50000, 80).thin);
    CHECK(plan_at(.2, 100000, 80).thin);
}

TEST(on_48_kbit_s_with_20_percent_loss_all_is_sent_twice)
{
    const struct sound_plan plan = plan_at(.2, 48000, THIN_FRAME);

    CHECK(is(plan, 3, 2, true));
    CHECK(sound_plan_bps(plan, THIN_FRAME, true) + 5000 < 48000);
    CHECK(is(plan_at(.2, 48000, 40), 3, 2, true));         // even 16 kbit/s
    CHECK(is(plan_at(.2, 10000, THIN_FRAME), 3, 2, true)); // whatever an estimate says
}

TEST(copies_leave_the_larger_part_of_a_line_to_its_pictures)
{
    struct sound_facts facts = good;

    facts.speakers = 3;
    facts.loss = .05;
    for (uint32_t target = 200000; target < 3000000; target += 50000) {
        facts.target_bps = target;
        const struct sound_plan plan = sound_plan_for(&facts, plain);
        const uint32_t most = target * 2 / 5 > 150000 ? target * 2 / 5 : 150000;
        CHECK(plan.copies == 1 || 3 * sound_plan_bps(plan, 80, true) + 5000 <= most);
        CHECK(target < 700000 || plan.copies == 2);
    }
}

TEST(several_speakers_share_the_line)
{
    struct sound_facts facts = good;

    facts.target_bps = 110000;
    facts.loss = .05;
    facts.speakers = 2;
    const struct sound_plan plan = sound_plan_for(&facts, plain);
    CHECK(plan.thin && 2 * sound_plan_bps(plan, 80, true) + 5000 <= 110000);
}

TEST(a_line_without_red_has_no_bundles)
{
    struct sound_facts facts = good;

    facts.has_red = false;
    facts.loss = .1;
    CHECK(is(sound_plan_for(&facts, plain), 1, 2, false));
    facts.target_bps = 130000;
    CHECK(is(sound_plan_for(&facts, plain), 1, 2, false));
    facts.target_bps = 100000;
    CHECK(is(sound_plan_for(&facts, plain), 1, 1, true));
    facts.frame_bytes = THIN_FRAME;
    CHECK(is(sound_plan_for(&facts, plain), 1, 2, true));
}

TEST(no_facts_are_beyond_it)
{
    static const double losses[] = {-1, 0, .5, 1, 1e9};
    static const uint32_t targets[] = {0, 1, 48000, UINT32_MAX};
    static const uint16_t frames[] = {0, 1, 400, UINT16_MAX};

    for (size_t loss = 0; loss < 5; loss++)
        for (size_t target = 0; target < 4; target++)
            for (size_t frame = 0; frame < 4; frame++) {
                const struct sound_plan plan =
                    plan_at(losses[loss], targets[target], frames[frame]);
                CHECK(plan.bundle >= 1 && plan.bundle <= SOUND_BUNDLE_MAX);
                CHECK(plan.copies >= 1 && plan.copies <= SOUND_COPIES_MAX);
            }
}

// --- over time -----------------------------------------------------------------------------------

struct watch {
    struct sound_planner planner;
    usec now;
    unsigned changes;
};

static void watch(struct watch *w, usec span, double loss, uint32_t target_bps)
{
    struct sound_facts facts = good;

    facts.loss = loss;
    facts.target_bps = target_bps;
    for (const usec end = w->now + span; w->now < end; w->now += TICK)
        w->changes += sound_planner_update(&w->planner, w->now, &facts);
}

TEST(more_comes_at_once_and_less_after_five_calm_seconds)
{
    struct watch w = {.now = SEC(100)};

    watch(&w, SEC(1), 0, 5000000);
    CHECK(is(w.planner.plan, 1, 1, false));
    watch(&w, TICK, .05, 5000000);
    CHECK(is(w.planner.plan, 1, 2, false));
    watch(&w, SEC(5), .001, 5000000);
    CHECK(is(w.planner.plan, 1, 2, false));
    watch(&w, MSEC(500), .001, 5000000);
    CHECK(is(w.planner.plan, 1, 1, false));
}

TEST(a_line_at_the_limit_does_not_flap)
{
    struct watch w = {.now = SEC(100)};

    watch(&w, SEC(1), .04, 5000000);
    w.changes = 0;
    for (unsigned i = 0; i < 60; i++) {
        watch(&w, SEC(1), .032, 5000000);
        watch(&w, SEC(1), .02, 5000000);
    }
    CHECK_EQ(w.changes, 0);
}

TEST(less_is_tried_less_often_where_it_was_too_little)
{
    struct watch w = {.now = SEC(100)};

    // Copies hide the loss of which they are the cure.
    for (unsigned i = 0; i < 1200; i++)
        watch(&w, TICK, w.planner.plan.copies > 1 ? 0 : .05, 5000000);
    CHECK(w.changes > 4 && w.changes < 14);
}

TEST(a_line_that_shrank_gets_less_at_once)
{
    struct watch w = {.now = SEC(100)};

    watch(&w, SEC(10), .2, 5000000);
    CHECK(is(w.planner.plan, 1, 3, false));
    watch(&w, TICK, .2, 60000);
    CHECK(is(w.planner.plan, 2, 1, true));
    watch(&w, SEC(4), .2, 5000000);
    CHECK(is(w.planner.plan, 1, 3, false));
}

TEST(bundles_stay_until_there_is_room_for_a_while)
{
    struct watch w = {.now = SEC(100)};

    watch(&w, TICK, 0, 60000);
    CHECK(is(w.planner.plan, 2, 1, false));
    watch(&w, SEC(20), 0, 70000); // just enough is not enough
    CHECK(is(w.planner.plan, 2, 1, false));
    watch(&w, SEC(4), 0, 200000);
    CHECK(is(w.planner.plan, 2, 1, false));
    watch(&w, SEC(2), 0, 200000);
    CHECK(is(w.planner.plan, 1, 1, false));
}
