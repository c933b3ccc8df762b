// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/sound_loss_test.c - which share of speech never arrives in time, by loss and plan.
#include "sfu/sound_desk.h"
#include "support/check.h"

#include <stdio.h>
#include <stdlib.h>

#define FRAMES 3000u // a minute

struct expectation {
    uint8_t bundle;
    uint8_t copies;
    bool red;
    double within_120; // at most this share misses a play-out 120 ms after it was said
    double within_200;
};

static void check_shares(uint32_t loses, uint32_t burst_enters, uint32_t burst_leaves,
                         const struct expectation *want)
{
    struct sound_desk *desk = sound_desk_create(&(struct sound_desk_options){.red = want->red});

    sound_desk_say(desk, 20);
    sound_desk_plan(desk, want->bundle, want->copies);
    desk->loses = loses;
    desk->burst_enters = burst_enters;
    desk->burst_leaves = burst_leaves;
    sound_desk_say(desk, FRAMES);
    sound_desk_wait(desk, SEC(1));
    const double early = sound_desk_missing(desk, 20, 20 + FRAMES - 6, MSEC(120));
    const double late = sound_desk_missing(desk, 20, 20 + FRAMES - 6, MSEC(200));
    if (getenv("SOUND_LOSS_FIGURES"))
        fprintf(stderr, "%s loss %4.1f %% burst %d: bundle %d copies %d: %5.2f %% %5.2f %%\n",
                want->red ? "red   " : "repeat", loses / 1e4, burst_enters > 0, want->bundle,
                want->copies, 100 * early, 100 * late);
    CHECK(early <= want->within_120);
    CHECK(late <= want->within_200);
    CHECK(early >= late);
    if (want->copies == 1)
        CHECK(late > 0.02); // the line does lose
    sound_desk_destroy(desk);
}

TEST(at_10_percent_one_copy_leaves_a_hundredth)
{
    static const struct expectation want[] = {{1, 1, true, .12, .12},    {1, 2, true, .015, .015},
                                              {1, 3, true, .003, .003},  {2, 2, true, .015, .015},
                                              {3, 1, true, .14, .14},    {3, 2, true, .02, .02},
                                              {1, 2, false, .015, .015}, {1, 3, false, .003, .003}};

    for (size_t i = 0; i < ARRAY_LEN(want); i++)
        check_shares(100000, 0, 0, &want[i]);
}

TEST(at_20_percent_one_copy_leaves_a_twentieth)
{
    static const struct expectation want[] = {{1, 1, true, .22, .22},   {1, 2, true, .05, .05},
                                              {1, 3, true, .015, .015}, {2, 2, true, .05, .05},
                                              {3, 2, true, .055, .055}, {3, 3, true, .055, .02},
                                              {1, 2, false, .05, .05},  {1, 3, false, .015, .015}};

    for (size_t i = 0; i < ARRAY_LEN(want); i++)
        check_shares(200000, 0, 0, &want[i]);
}

// Half of the bursts are longer than one packet.
TEST(bursts_of_two_packets_are_bridged_as_well)
{
    static const struct expectation want[] = {{1, 1, true, .13, .13},
                                              {1, 2, true, .05, .05},
                                              {1, 3, true, .03, .03},
                                              {3, 2, true, .07, .07}};

    for (size_t i = 0; i < ARRAY_LEN(want); i++)
        check_shares(0, 55000, 500000, &want[i]);
}
