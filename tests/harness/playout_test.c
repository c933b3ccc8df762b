// SPDX-License-Identifier: AGPL-3.0-or-later
// harness/playout_test.c - what the figures about concealed sound rest on.
#include "support/check.h"
#include "support/playout.h"
#include "support/random.h"

#define FRAMES 3000
#define FRAME MSEC(20)

struct trial {
    usec delay;
    usec jitter;
    uint32_t loses; // of a million
    usec again;     // what was lost comes so much later; 0: never
    usec least;
    bool bundles; // three at a time
};

static double heard(const struct trial *trial)
{
    static usec due[FRAMES];
    struct random random = random_seeded(7);
    struct playout p = {0};

    for (int i = 0; i < FRAMES; i++) {
        const usec sent = FRAME * (trial->bundles ? i / 3 * 3 + 3 : i + 1);
        due[i] = sent + trial->delay + random_between(&random, 0, trial->jitter);
        if (random_chance(&random, trial->loses))
            due[i] = trial->again ? due[i] + trial->again : USEC_NEVER;
    }
    for (usec now = 0; now < FRAMES * FRAME; now += MSEC(1)) {
        for (usec i = now / FRAME > 60 ? now / FRAME - 60 : 0; i < FRAMES && i <= now / FRAME; i++)
            if (due[i] <= now && due[i] > now - MSEC(1))
                playout_frame(&p, now, 9, (uint32_t)i, FRAME * i);
        playout_run(&p, now, trial->least, false);
        if (now == SEC(5))
            playout_count_anew(&p);
    }
    return playout_concealed(&p);
}

TEST(a_good_line_conceals_nothing)
{
    CHECK(heard(&(struct trial){.delay = MSEC(50)}) < 0.0005);
    CHECK(heard(&(struct trial){.delay = MSEC(50), .bundles = true}) < 0.002);
}

TEST(jitter_is_learnt)
{
    CHECK(heard(&(struct trial){.delay = MSEC(50), .jitter = MSEC(100)}) < 0.06);
}

TEST(what_is_lost_is_concealed)
{
    const double share = heard(&(struct trial){.delay = MSEC(50), .loses = 100000});

    CHECK(share > 0.08);
    CHECK(share < 0.12);
}

TEST(what_comes_again_is_heard_when_the_page_waits_for_it)
{
    struct trial trial = {.delay = MSEC(50), .loses = 100000, .again = MSEC(100)};

    CHECK(heard(&trial) > 0.05);
    trial.least = MSEC(200);
    CHECK(heard(&trial) < 0.01);
}

TEST(silence_counts_as_nothing)
{
    struct playout p = {0};

    playout_frame(&p, SEC(1), 9, 0, 0);
    playout_run(&p, SEC(2), 0, true);
    playout_run(&p, SEC(3), 0, false);
    CHECK_EQ(p.heard, 0);
}
