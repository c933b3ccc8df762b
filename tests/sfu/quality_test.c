// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/quality_test.c - falls soon, not at a stumble; recovers slowly.
#include "sfu/quality.h"

#include "support/check.h"

// Half a second at a time.
struct line {
    struct quality quality;
    usec now;
};

static bool look(struct line *line, uint32_t loss_permille, uint32_t percent_arriving)
{
    line->now += MSEC(500);
    return quality_note(&line->quality, line->now,
                        &(struct quality_sample){.expected = true,
                                                 .heard_at = line->now - MSEC(20),
                                                 .loss_permille = loss_permille,
                                                 .arriving_bps = percent_arriving * 10000,
                                                 .wanted_bps = 1000000});
}

// What a line settles on that is always so.
static enum line_quality settled(uint32_t loss_permille, uint32_t percent_arriving)
{
    struct line line = {.now = SEC(9)};

    for (int i = 0; i < 4; i++)
        look(&line, loss_permille, percent_arriving);
    return line.quality.level;
}

static struct line line_of(enum line_quality level)
{
    return (struct line){.quality = {.level = level}, .now = SEC(9)};
}

TEST(loss_has_four_levels)
{
    CHECK_EQ(settled(0, 100), QUALITY_GOOD);
    CHECK_EQ(settled(59, 100), QUALITY_GOOD);
    CHECK_EQ(settled(60, 100), QUALITY_FAIR);
    CHECK_EQ(settled(79, 100), QUALITY_FAIR);
    CHECK_EQ(settled(80, 100), QUALITY_POOR);
    CHECK_EQ(settled(1000, 100), QUALITY_POOR);
}

TEST(the_share_of_what_is_wanted_has_levels)
{
    CHECK_EQ(settled(0, 50), QUALITY_GOOD);
    CHECK_EQ(settled(0, 49), QUALITY_FAIR);
    CHECK_EQ(settled(0, 30), QUALITY_FAIR);
    CHECK_EQ(settled(0, 29), QUALITY_POOR);
    CHECK_EQ(settled(0, 0), QUALITY_POOR);
}

TEST(the_worse_of_both_counts)
{
    CHECK_EQ(settled(70, 20), QUALITY_POOR);
    CHECK_EQ(settled(100, 40), QUALITY_POOR);
    CHECK_EQ(settled(0, 40), QUALITY_FAIR);
    CHECK_EQ(settled(70, 90), QUALITY_FAIR);
}

TEST(a_rate_says_nothing_when_no_more_is_wanted)
{
    struct quality quality = {0};

    for (int i = 0; i < 10; i++)
        CHECK(!quality_note(
            &quality, SEC(i + 1),
            &(struct quality_sample){.expected = true, .heard_at = SEC(i + 1), .arriving_bps = 0}));
}

TEST(it_falls_after_a_second_of_evidence_and_not_at_one_bad_sample)
{
    struct line line = line_of(QUALITY_GOOD);

    for (int i = 0; i < 10; i++) { // every other sample is bad
        CHECK(!look(&line, 500, 100));
        CHECK(!look(&line, 0, 100));
    }
    CHECK(!look(&line, 500, 100));
    CHECK(!look(&line, 500, 100));
    CHECK(look(&line, 500, 100)); // a second after the first
    CHECK_EQ(line.quality.level, QUALITY_POOR);
}

TEST(it_falls_to_the_mildest_of_the_evidence)
{
    struct line line = line_of(QUALITY_GOOD);

    CHECK(!look(&line, 500, 100));
    CHECK(!look(&line, 70, 100));
    CHECK(look(&line, 500, 100));
    CHECK_EQ(line.quality.level, QUALITY_FAIR);
    CHECK(!look(&line, 500, 100));
    CHECK(!look(&line, 500, 100));
    CHECK(look(&line, 500, 100));
    CHECK_EQ(line.quality.level, QUALITY_POOR);
}

TEST(it_recovers_one_level_in_five_good_seconds)
{
    struct line line = line_of(QUALITY_POOR);
    int looks = 0;

    while (!look(&line, 0, 100))
        looks++;
    CHECK_EQ(looks, 10);
    CHECK_EQ(line.quality.level, QUALITY_FAIR);
    for (looks = 0; !look(&line, 0, 100);)
        looks++;
    CHECK_EQ(looks, 10);
    CHECK_EQ(line.quality.level, QUALITY_GOOD);
}

TEST(one_bad_sample_makes_recovery_begin_again)
{
    struct line line = line_of(QUALITY_POOR);

    for (int i = 0; i < 10; i++)
        CHECK(!look(&line, 0, 100));
    CHECK(!look(&line, 500, 100));
    for (int i = 0; i < 10; i++)
        CHECK(!look(&line, 0, 100));
    CHECK(look(&line, 0, 100));
}

TEST(worse_and_better_samples_cancel_each_other)
{
    struct line line = line_of(QUALITY_FAIR);

    for (int i = 0; i < 40; i++) {
        CHECK(!look(&line, 500, 100));
        CHECK(!look(&line, 0, 100));
    }
}

TEST(silence_of_three_seconds_is_lost_at_once_and_ends_at_once)
{
    struct quality quality = {0};
    struct quality_sample sample = {.expected = true, .heard_at = SEC(10)};

    CHECK(!quality_note(&quality, SEC(13) - 1, &sample));
    CHECK(quality_note(&quality, SEC(13), &sample));
    CHECK_EQ(quality.level, QUALITY_LOST);
    CHECK(!quality_note(&quality, SEC(14), &sample));
    sample.heard_at = SEC(14);
    CHECK(quality_note(&quality, SEC(14), &sample));
    CHECK_EQ(quality.level, QUALITY_POOR);
}

TEST(silence_is_no_loss_where_nothing_is_expected)
{
    struct quality quality = {0};
    const struct quality_sample sample = {.heard_at = SEC(10), .loss_permille = 900};

    for (int i = 0; i < 20; i++)
        CHECK(!quality_note(&quality, SEC(20 + i), &sample));
}
