// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/sound_history_test.c - the last frames, and nothing of them after they are forgotten.
#include "sfu/sound_history.h"

#include "support/check.h"

static struct sound_history history;

static void put(uint16_t seq, size_t len)
{
    static uint8_t payload[SOUND_HISTORY_BYTES + 1];

    payload[0] = (uint8_t)seq;
    sound_history_put(&history, SEC(1) + seq, seq, 960u * seq, bytes_of(payload, len));
}

TEST(the_last_sixteen_frames_are_found_across_the_wrap)
{
    sound_history_clear(&history);
    for (uint16_t i = 0; i < 40; i++)
        put((uint16_t)(65520 + i), 50u + i);
    for (uint16_t i = 0; i < 40; i++) {
        const uint16_t seq = (uint16_t)(65520 + i);
        const struct sound_frame *frame = sound_history_find(&history, seq);
        CHECK_EQ(frame != NULL, i >= 40 - SOUND_HISTORY_FRAMES);
        if (!frame)
            continue;
        CHECK_EQ(frame->len, 50 + i);
        CHECK_EQ(frame->timestamp, 960u * seq);
        CHECK_EQ(frame->at, SEC(1) + seq);
        CHECK_EQ(frame->payload[0], (uint8_t)seq);
    }
}

TEST(a_frame_that_came_late_is_found_like_others)
{
    sound_history_clear(&history);
    put(10, 80);
    put(12, 80);
    CHECK(!sound_history_find(&history, 11));
    put(11, 81);
    CHECK_EQ(sound_history_find(&history, 11)->len, 81);
}

TEST(what_is_forgotten_is_gone)
{
    const struct sound_history empty = {0};

    put(10, 80);
    sound_history_clear(&history);
    CHECK(!sound_history_find(&history, 10));
    CHECK_BYTES(&history, &empty, sizeof history);
}

TEST(silence_and_large_frames_are_not_kept_and_leave_no_older_one_in_their_place)
{
    sound_history_clear(&history);
    put(10, 80);
    put(10, 1);
    CHECK(!sound_history_find(&history, 10));
    put(26, SOUND_HISTORY_BYTES);
    CHECK_EQ(sound_history_find(&history, 26)->len, SOUND_HISTORY_BYTES);
    put(42, SOUND_HISTORY_BYTES + 1);
    CHECK(!sound_history_find(&history, 42));
    CHECK(!sound_history_find(&history, 26));
}
