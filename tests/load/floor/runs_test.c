// SPDX-License-Identifier: AGPL-3.0-or-later
// load/floor/runs_test.c - runs the kernel cuts again as they were put together.
#include "load/floor/runs.h"

#include "support/check.h"

static struct burst planned(const size_t *lens, size_t count, bool may_sort)
{
    struct burst burst;

    burst_plan(&burst, lens, count, may_sort);
    return burst;
}

TEST(a_frame_split_about_equally_is_one_run)
{
    const size_t lens[] = {1041, 1041, 1041, 1041, 1042, 1042};
    const struct burst burst = planned(lens, 6, false);

    CHECK_EQ(burst.run[0], (size_t)6);
    for (size_t i = 0; i < 4; i++)
        CHECK_EQ(burst.pad[i], (size_t)1);
    CHECK_EQ(burst.pad[4], (size_t)0);
    CHECK_EQ(burst.pad[5], (size_t)0);
}

TEST(a_shorter_one_closes_a_run_and_is_not_padded)
{
    const size_t lens[] = {1100, 1100, 300, 1100};
    const struct burst burst = planned(lens, 4, false);

    CHECK_EQ(burst.run[0], (size_t)3);
    CHECK_EQ(burst.pad[2], (size_t)0);
    CHECK_EQ(burst.run[3], (size_t)1);
}

TEST(a_longer_picture_packet_begins_a_run_of_its_own)
{
    const size_t lens[] = {300, 1100};
    const struct burst burst = planned(lens, 2, false);

    CHECK_EQ(burst.run[0], (size_t)1);
    CHECK_EQ(burst.run[1], (size_t)1);
    CHECK_EQ(burst.order[0], (size_t)0);
}

TEST(sound_of_several_talkers_leaves_at_once_the_largest_first)
{
    const size_t lens[] = {90, 130, 110};
    const struct burst burst = planned(lens, 3, true);

    CHECK_EQ(burst.run[0], (size_t)3);
    CHECK_EQ(burst.order[0], (size_t)1);
    CHECK_EQ(burst.order[1], (size_t)2);
    CHECK_EQ(burst.order[2], (size_t)0);
    CHECK_EQ(burst.pad[0], (size_t)0);
    CHECK_EQ(burst.pad[1], (size_t)20);
    CHECK_EQ(burst.pad[2], (size_t)0);
}

TEST(sound_of_very_different_length_is_not_padded_up)
{
    const size_t lens[] = {300, 100, 90};
    const struct burst burst = planned(lens, 3, true);

    CHECK_EQ(burst.run[0], (size_t)2);
    CHECK_EQ(burst.pad[0], (size_t)0);
    CHECK_EQ(burst.run[2], (size_t)1);
}

TEST(a_run_stays_within_what_the_kernel_takes)
{
    size_t lens[BURST_MOST];

    for (size_t i = 0; i < BURST_MOST; i++)
        lens[i] = 1200;
    const struct burst burst = planned(lens, BURST_MOST, false);

    CHECK(burst.run[0] < BURST_MOST);
    CHECK(burst.run[0] * 1200 <= RUN_BYTES);
    CHECK_EQ(burst.run[burst.run[0]], BURST_MOST - burst.run[0]);
}
