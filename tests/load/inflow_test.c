// SPDX-License-Identifier: AGPL-3.0-or-later
// load/inflow_test.c - lost, late, twice: each is counted as what it is.
#include "load/inflow.h"

#include "support/check.h"
#include "support/random.h"
#include "wire/rtcp.h"

static struct inflow flow(void)
{
    struct inflow f;

    inflow_init(&f, 1, AGENT_PICTURE, true);
    return f;
}

TEST(all_that_came_is_counted_over_the_wrap)
{
    struct inflow f = flow();

    for (uint32_t i = 0; i < 70000; i++)
        CHECK(inflow_take(&f, 0, (uint16_t)(65000 + i), 100));
    const struct agent_flow counts = inflow_counts(&f);
    CHECK_EQ(counts.packets, 70000);
    CHECK_EQ(counts.expected, 70000);
    CHECK_EQ(counts.lost, 0);
    CHECK_EQ(counts.bytes, 7000000);
}

TEST(a_gap_is_a_loss_until_it_is_filled_late)
{
    struct inflow f = flow();

    inflow_take(&f, 0, 10, 1);
    inflow_take(&f, 0, 13, 1);
    CHECK_EQ(inflow_counts(&f).lost, 2);
    CHECK(inflow_take(&f, 0, 11, 1));
    CHECK_EQ(inflow_counts(&f).lost, 1);
    CHECK_EQ(inflow_counts(&f).reordered, 1);
    CHECK(!inflow_take(&f, 0, 11, 1));
    CHECK_EQ(inflow_counts(&f).duplicates, 1);
    CHECK(inflow_repair(&f, 12));
    CHECK(!inflow_repair(&f, 12));
    CHECK_EQ(inflow_counts(&f).lost, 1);
    CHECK_EQ(inflow_counts(&f).repaired, 1);
}

TEST(random_loss_is_counted_exactly)
{
    struct random random = random_seeded(1);
    struct inflow f = flow();
    uint64_t lost = 0;

    inflow_take(&f, 0, 0, 1);
    for (uint32_t i = 1; i < 100000; i++) {
        if (i < 99999 && random_chance(&random, 30000))
            lost++;
        else
            inflow_take(&f, 0, (uint16_t)i, 1);
    }
    CHECK_EQ(inflow_counts(&f).lost, lost);
    CHECK_EQ(inflow_counts(&f).expected, 100000);
}

TEST(counting_anew_forgets_what_was_lost_before)
{
    struct inflow f = flow();

    inflow_take(&f, 0, 1, 1);
    inflow_take(&f, 0, 5, 1);
    inflow_count_anew(&f);
    CHECK_EQ(inflow_counts(&f).expected, 0);
    inflow_take(&f, 0, 4, 1); // belongs to the time before
    CHECK_EQ(inflow_counts(&f).packets, 0);
    inflow_take(&f, 0, 6, 1);
    inflow_take(&f, 0, 8, 1);
    CHECK_EQ(inflow_counts(&f).expected, 3);
    CHECK_EQ(inflow_counts(&f).lost, 1);
}

TEST(a_leap_is_a_stream_begun_anew_not_a_loss)
{
    struct inflow f = flow();

    inflow_take(&f, 0, 1, 1);
    inflow_take(&f, 0, 20000, 1);
    CHECK_EQ(inflow_counts(&f).lost, 0);
    CHECK_EQ(inflow_counts(&f).expected, 2);
}

TEST(what_is_missing_is_asked_for_ten_times_then_a_key_frame)
{
    struct inflow f = flow();
    uint16_t seqs[INFLOW_ASKED];
    usec now = SEC(1);
    int asked = 0;

    inflow_take(&f, now, 1, 1);
    inflow_take(&f, now, 3, 1);
    CHECK_EQ(inflow_missing(&f, now, 0, seqs), 0); // it may be late
    for (; asked < 20 && inflow_deadline(&f) != USEC_NEVER && !f.wants_key; asked++) {
        now = inflow_deadline(&f);
        const size_t count = inflow_missing(&f, now, 0, seqs);
        if (count == 0)
            break;
        CHECK_EQ(count, 1);
        CHECK_EQ(seqs[0], 2);
    }
    CHECK_EQ(asked, 10);
    CHECK(inflow_wants_key(&f, now));
    CHECK(!inflow_wants_key(&f, now));
    CHECK_EQ(inflow_deadline(&f), USEC_NEVER);
}

TEST(stamps_tell_what_was_left_out_without_a_gap)
{
    struct inflow f = flow();

    inflow_stamped(&f, &(struct stamp){.source = 1, .count = 5});
    inflow_stamped(&f, &(struct stamp){.source = 1, .count = 8});
    CHECK_EQ(inflow_counts(&f).skipped, 2);
    inflow_stamped(&f, &(struct stamp){.source = 1, .count = 7}); // overtaken
    CHECK_EQ(inflow_counts(&f).skipped, 1);
    inflow_stamped(&f, &(struct stamp){.source = 2, .count = 900}); // another layer
    inflow_stamped(&f, &(struct stamp){.source = 2, .count = 901});
    CHECK_EQ(inflow_counts(&f).skipped, 1);
    CHECK_EQ(inflow_counts(&f).stamped, 5);
}

TEST(reports_tell_the_share_lost_since_the_last)
{
    struct inflow f = flow();
    struct rtcp_report report;

    for (uint16_t i = 0; i < 100; i++)
        if (i % 4 != 1)
            inflow_take(&f, 0, i, 1);
    inflow_report(&f, 0, &report);
    CHECK_EQ(report.lost, 25);
    CHECK_EQ(report.highest_seq, 99);
    CHECK(report.fraction_lost >= 62 && report.fraction_lost <= 64);
    for (uint16_t i = 100; i < 200; i++)
        inflow_take(&f, 0, i, 1);
    inflow_report(&f, 0, &report);
    CHECK_EQ(report.fraction_lost, 0);
    CHECK_EQ(report.lost, 25);
}
