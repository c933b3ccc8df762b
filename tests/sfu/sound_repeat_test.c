// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/sound_repeat_test.c - what is due, what is asked for, and what is forgotten.
#include "sfu/sound_repeat.h"

#include "support/check.h"

#define LINE 3

static struct bytes of(uint16_t seq)
{
    static uint8_t bytes[100];

    bytes[0] = (uint8_t)seq;
    return bytes_of(bytes, sizeof bytes);
}

static bool is_due(struct sound_repeat *r, usec now, uint16_t seq)
{
    struct bytes datagram;

    return sound_repeat_take(r, now, &datagram) && datagram.at[0] == (uint8_t)seq;
}

TEST(each_is_due_as_often_as_it_was_said_30_ms_apart)
{
    struct sound_repeat *r = sound_repeat_create();
    struct bytes datagram;

    CHECK_EQ(sound_repeat_deadline(r), USEC_NEVER);
    sound_repeat_keep(r, SEC(1), LINE, 7, of(7), 2);
    sound_repeat_keep(r, SEC(1) + MSEC(20), LINE, 8, of(8), 1);
    CHECK_EQ(sound_repeat_deadline(r), SEC(1) + MSEC(30));
    CHECK(!sound_repeat_take(r, SEC(1) + MSEC(29), &datagram));
    CHECK(is_due(r, SEC(1) + MSEC(30), 7));
    CHECK(!sound_repeat_take(r, SEC(1) + MSEC(30), &datagram));
    CHECK_EQ(sound_repeat_deadline(r), SEC(1) + MSEC(50));
    CHECK(is_due(r, SEC(1) + MSEC(60), 7));
    CHECK(is_due(r, SEC(1) + MSEC(60), 8));
    CHECK(!sound_repeat_take(r, SEC(9), &datagram));
    CHECK_EQ(sound_repeat_deadline(r), USEC_NEVER);
    sound_repeat_destroy(r);
}

TEST(what_is_asked_for_is_found_once_per_interval)
{
    struct sound_repeat *r = sound_repeat_create();
    struct bytes datagram;

    sound_repeat_keep(r, SEC(1), LINE, 7, of(7), 0);
    CHECK(!sound_repeat_find(r, SEC(1) + MSEC(10), LINE, 7, MSEC(20), &datagram)); // on its way
    CHECK(sound_repeat_find(r, SEC(1) + MSEC(20), LINE, 7, MSEC(20), &datagram));
    CHECK_BYTES(datagram.at, of(7).at, 100);
    CHECK(!sound_repeat_find(r, SEC(1) + MSEC(39), LINE, 7, MSEC(20), &datagram));
    CHECK(sound_repeat_find(r, SEC(1) + MSEC(40), LINE, 7, MSEC(20), &datagram));
    CHECK(!sound_repeat_find(r, SEC(2), LINE + 1, 7, MSEC(20), &datagram));
    CHECK(!sound_repeat_find(r, SEC(2), LINE, 8, MSEC(20), &datagram));
    sound_repeat_destroy(r);
}

TEST(the_oldest_make_room)
{
    struct sound_repeat *r = sound_repeat_create();
    struct bytes datagram;
    unsigned due = 0;

    for (uint16_t seq = 0; seq < 100; seq++)
        sound_repeat_keep(r, SEC(1), LINE, seq, of(seq), 1);
    CHECK(!sound_repeat_find(r, SEC(2), LINE, 35, MSEC(20), &datagram));
    CHECK(sound_repeat_find(r, SEC(2), LINE, 36, MSEC(20), &datagram));
    while (sound_repeat_take(r, SEC(3), &datagram))
        due++;
    CHECK_EQ(due, 64);
    sound_repeat_destroy(r);
}

TEST(what_is_too_large_is_not_kept)
{
    static const uint8_t large[1400];
    struct sound_repeat *r = sound_repeat_create();
    struct bytes datagram;

    sound_repeat_keep(r, SEC(1), LINE, 7, bytes_of(large, sizeof large), 1);
    CHECK(!sound_repeat_find(r, SEC(2), LINE, 7, MSEC(20), &datagram));
    CHECK_EQ(sound_repeat_deadline(r), USEC_NEVER);
    sound_repeat_destroy(r);
}

TEST(after_an_interruption_nothing_is_left)
{
    struct sound_repeat *r = sound_repeat_create();
    struct bytes datagram;

    sound_repeat_keep(r, SEC(1), LINE, 7, of(7), 2);
    sound_repeat_clear(r);
    CHECK_EQ(sound_repeat_deadline(r), USEC_NEVER);
    CHECK(!sound_repeat_take(r, SEC(2), &datagram));
    CHECK(!sound_repeat_find(r, SEC(2), LINE, 7, MSEC(20), &datagram));
    sound_repeat_destroy(r);
}

TEST(one_line_is_forgotten_and_the_others_are_not)
{
    struct sound_repeat *r = sound_repeat_create();
    struct bytes datagram;

    sound_repeat_keep(r, SEC(1), LINE, 7, of(7), 2);
    sound_repeat_keep(r, SEC(1) + MSEC(5), LINE + 1, 8, of(8), 1);
    sound_repeat_keep(r, SEC(1) + MSEC(9), LINE, 9, of(9), 1);
    sound_repeat_forget(r, LINE);
    CHECK(!sound_repeat_find(r, SEC(2), LINE, 7, MSEC(20), &datagram));
    CHECK(!sound_repeat_find(r, SEC(2), LINE, 9, MSEC(20), &datagram));
    CHECK_EQ(sound_repeat_deadline(r), SEC(1) + MSEC(35));
    CHECK(is_due(r, SEC(2), 8));
    CHECK(!sound_repeat_take(r, SEC(3), &datagram));
    CHECK_EQ(sound_repeat_deadline(r), USEC_NEVER);
    sound_repeat_destroy(r);
}
