// SPDX-License-Identifier: AGPL-3.0-or-later
// host/relief_test.c - pictures are left out when a thread stays behind, and only then; they come back one step at a time.
#include "host/relief.h"

#include "sfu/worker.h"
#include "support/check.h"

static struct relief relief;
static usec now;

static void begin(void)
{
    relief = (struct relief){0};
    now = SEC(10);
}

// Turns of 10 ms, of which `busy` are taken, until `until`.
static uint8_t run(usec span, usec busy, bool late)
{
    const usec until = now + span;

    for (; now < until; now += MSEC(10))
        (void)relief_turn(&relief, now, busy, late);
    return relief.level;
}

TEST(a_thread_that_stays_behind_leaves_out_more_and_more)
{
    begin();
    CHECK_EQ(run(MSEC(90), MSEC(10), true), 0);
    CHECK_EQ(run(MSEC(50), MSEC(10), true), 1);
    CHECK_EQ(run(MSEC(200), MSEC(10), true), 1); // what it brought is waited for
    CHECK_EQ(run(MSEC(200), MSEC(10), true), 2);
    CHECK_EQ(run(SEC(2), MSEC(10), true), WORKER_RELIEF_MOST);
    CHECK_EQ(relief.raised, WORKER_RELIEF_MOST);
}

TEST(neither_long_turns_nor_bursts_alone_are_too_much)
{
    begin();
    CHECK_EQ(run(SEC(5), MSEC(10), false), 0); // busy, but it reads everything
    CHECK_EQ(run(SEC(5), MSEC(8), true), 0);   // bursts, and time between them
    CHECK_EQ(run(MSEC(10), MSEC(100), true), 0);
    CHECK_EQ(run(SEC(1), MSEC(1), false), 0);
}

TEST(pictures_come_back_one_step_at_a_time_when_there_is_time)
{
    begin();
    (void)run(SEC(3), MSEC(10), true);
    CHECK_EQ(run(SEC(10), MSEC(8), false), WORKER_RELIEF_MOST); // it just fits
    CHECK_EQ(run(MSEC(2900), MSEC(5), false), WORKER_RELIEF_MOST);
    CHECK_EQ(run(MSEC(400), MSEC(5), false), WORKER_RELIEF_MOST - 1);
    CHECK_EQ(run(MSEC(2500), MSEC(5), false), WORKER_RELIEF_MOST - 1);
    CHECK_EQ(run(MSEC(600), MSEC(5), false), WORKER_RELIEF_MOST - 2);
    CHECK_EQ(run(SEC(10), MSEC(5), false), 0);
}
