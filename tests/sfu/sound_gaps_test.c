// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/sound_gaps_test.c - what is missing, and when a redundant block is known to be it.
#include "sfu/sound_gaps.h"

#include "support/check.h"

static const uint8_t frame20[] = {0x78, 1, 2};
static const uint8_t frame60[] = {0x18, 1, 2};

static struct red red_of(uint8_t count, uint16_t distance)
{
    struct red red = {
        .payload_type = 111, .primary = bytes_of(frame20, sizeof frame20), .count = count};

    for (uint8_t i = 0; i < count; i++)
        red.blocks[i] = (struct red_block){.payload_type = 111,
                                           .offset = (uint16_t)((count - i) * distance),
                                           .payload = bytes_of(frame20, sizeof frame20)};
    return red;
}

static struct sound_gaps received(const uint16_t *seqs, size_t count)
{
    struct sound_gaps gaps = {0};

    for (size_t i = 0; i < count; i++)
        sound_gaps_received(&gaps, seqs[i]);
    return gaps;
}

TEST(what_lies_between_is_missing_until_it_comes)
{
    struct sound_gaps gaps = received((uint16_t[]){65534, 2}, 2);

    CHECK(!sound_gaps_is_missing(&gaps, 65534) && !sound_gaps_is_missing(&gaps, 2));
    CHECK(sound_gaps_is_missing(&gaps, 65535) && sound_gaps_is_missing(&gaps, 0));
    CHECK(sound_gaps_is_missing(&gaps, 1) && !sound_gaps_is_missing(&gaps, 3));
    sound_gaps_received(&gaps, 0);
    CHECK(!sound_gaps_is_missing(&gaps, 0) && sound_gaps_is_missing(&gaps, 1));
}

TEST(nothing_before_the_first_is_missing)
{
    struct sound_gaps gaps = {0};

    CHECK(!sound_gaps_is_missing(&gaps, 0));
    sound_gaps_received(&gaps, 100);
    for (uint16_t seq = 60; seq <= 140; seq++)
        CHECK(!sound_gaps_is_missing(&gaps, seq));
}

TEST(a_leap_ahead_begins_anew_and_a_leap_back_changes_nothing)
{
    struct sound_gaps gaps = received((uint16_t[]){100, 102, 50, 200}, 3);

    CHECK(sound_gaps_is_missing(&gaps, 101));
    CHECK_EQ(gaps.newest, 102);
    sound_gaps_received(&gaps, 134);
    for (uint16_t seq = 90; seq <= 134; seq++)
        CHECK(!sound_gaps_is_missing(&gaps, seq));
}

TEST(missing_frames_are_found_the_oldest_first_and_once)
{
    struct sound_gaps gaps = received((uint16_t[]){10, 14}, 2);
    struct sound_found found[SOUND_GAPS_FOUND];
    struct red red = red_of(2, 960);

    CHECK_EQ(sound_gaps_find(&gaps, 14, &red, found), 2);
    CHECK_EQ(found[0].seq, 12);
    CHECK_EQ(found[0].offset, 1920);
    CHECK(found[0].payload.at == red.blocks[0].payload.at);
    CHECK_EQ(found[1].seq, 13);
    CHECK_EQ(sound_gaps_find(&gaps, 14, &red, found), 0);
    CHECK(sound_gaps_is_missing(&gaps, 11));
    red = red_of(5, 960);
    CHECK_EQ(sound_gaps_find(&gaps, 14, &red, found), 1); // three frames back at most
    CHECK_EQ(found[0].seq, 11);
}

TEST(frames_that_came_are_not_found_again)
{
    struct sound_gaps gaps = received((uint16_t[]){10, 11, 12}, 3);
    struct sound_found found[SOUND_GAPS_FOUND];
    const struct red red = red_of(2, 960);

    CHECK_EQ(sound_gaps_find(&gaps, 12, &red, found), 0);
}

TEST(a_block_whose_number_is_not_certain_is_not_used)
{
    const struct sound_gaps before = received((uint16_t[]){10, 14}, 2);
    struct sound_found found[SOUND_GAPS_FOUND];
    struct sound_gaps gaps = before;
    struct red red = red_of(2, 961);

    CHECK_EQ(sound_gaps_find(&gaps, 14, &red, found), 0); // times that no frames have
    red = red_of(2, 1920);
    CHECK_EQ(sound_gaps_find(&gaps, 14, &red, found), 0); // a frame between them
    red = red_of(2, 960);
    red.blocks[1].payload_type = 110;
    CHECK_EQ(sound_gaps_find(&gaps, 14, &red, found), 0); // another codec
    red = red_of(2, 960);
    red.blocks[1].payload = bytes_of(frame60, sizeof frame60);
    CHECK_EQ(sound_gaps_find(&gaps, 14, &red, found), 0); // another duration
    red = red_of(2, 960);
    red.blocks[1].payload = bytes_of(frame20, 0);
    CHECK_EQ(sound_gaps_find(&gaps, 14, &red, found), 0); // no Opus
    red = red_of(2, 960);
    red.blocks[0].offset = 2880;
    CHECK_EQ(sound_gaps_find(&gaps, 14, &red, found), 1); // up to the first that is not
    CHECK_EQ(found[0].seq, 13);
}
