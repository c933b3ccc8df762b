// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/speaker_test.c - whose sound is forwarded, and who is dominant.
#include "sfu/speaker.h"

#include "support/check.h"

#include <string.h>

#define PEOPLE 8
#define LOUD 25
#define QUIET 75

struct room {
    struct speaker speaker;
    struct speaker_source people[PEOPLE];
    uint8_t level[PEOPLE];
    bool off[PEOPLE]; // sends nothing
    unsigned passed[PEOPLE];
    usec now;
};

static struct room room;

static void begin(uint8_t limit, unsigned people, uint8_t level)
{
    memset(&room, 0, sizeof room);
    room.now = SEC(1);
    speaker_init(&room.speaker, limit);
    for (unsigned i = 0; i < PEOPLE; i++) {
        room.level[i] = level;
        room.off[i] = i >= people;
        if (i < people)
            speaker_add(&room.speaker, &room.people[i], i + 1);
    }
}

// Everybody sends a packet every 20 ms; `passed` counts what was forwarded.
static void listen(usec time)
{
    memset(room.passed, 0, sizeof room.passed);
    for (const usec end = room.now + time; room.now < end; room.now += MSEC(20)) {
        for (unsigned i = 0; i < PEOPLE; i++)
            if (!room.off[i])
                room.passed[i] +=
                    speaker_packet(&room.speaker, &room.people[i], room.now, room.level[i]);
        if (room.now >= speaker_deadline(&room.speaker))
            (void)speaker_tick(&room.speaker, room.now);
    }
}

static unsigned forwarded(void)
{
    unsigned count = 0;

    for (unsigned i = 0; i < PEOPLE; i++)
        count += room.passed[i] > 0;
    return count;
}

TEST(steady_tones_are_forwarded_without_a_gap_when_there_is_room)
{
    begin(4, 4, 20);
    listen(SEC(60));
    for (unsigned i = 0; i < 4; i++)
        CHECK_EQ(room.passed[i], 3000);
}

TEST(quiet_people_are_forwarded_when_there_is_room)
{
    begin(4, 4, 100);
    listen(SEC(20));
    for (unsigned i = 0; i < 4; i++)
        CHECK_EQ(room.passed[i], 1000);
}

TEST(those_who_send_silence_take_no_room)
{
    begin(2, 5, SPEAKER_SILENT);
    room.level[3] = room.level[4] = 30;
    listen(SEC(2));
    listen(SEC(2));
    CHECK_EQ(forwarded(), 2);
    CHECK_EQ(room.passed[3], 100);
    CHECK_EQ(room.passed[4], 100);
}

TEST(silence_stops_after_three_packets_and_the_first_sound_passes)
{
    begin(4, 1, 30);
    listen(SEC(1));
    room.level[0] = SPEAKER_SILENT;
    listen(SEC(1));
    CHECK_EQ(room.passed[0], 3);
    room.level[0] = 90;
    listen(MSEC(20));
    CHECK_EQ(room.passed[0], 1);
}

TEST(never_more_are_forwarded_than_the_limit)
{
    begin(3, 8, 30);
    listen(SEC(5));
    listen(SEC(5));
    CHECK_EQ(forwarded(), 3);
}

TEST(the_loud_one_replaces_a_quiet_one)
{
    begin(3, 5, QUIET);
    listen(SEC(2));
    CHECK_EQ(room.passed[4], 0);
    room.level[4] = LOUD;
    listen(MSEC(500));
    CHECK(room.passed[4] >= 22); // from its second or third packet on
    CHECK_EQ(speaker_dominant(&room.speaker), 5);
    CHECK(speaker_is_speaking(&room.people[4], room.now));
    CHECK(!speaker_is_speaking(&room.people[0], room.now));
    listen(MSEC(500));
    CHECK_EQ(forwarded(), 3);
}

TEST(a_slightly_louder_one_replaces_nobody)
{
    begin(3, 4, QUIET);
    listen(SEC(2));
    room.level[3] = QUIET - 5;
    listen(SEC(10));
    CHECK_EQ(room.passed[3], 0);
}

TEST(the_end_of_a_word_is_kept)
{
    begin(2, 3, QUIET);
    listen(SEC(2));
    room.level[0] = room.level[1] = LOUD; // the first one is dominant and goes on
    listen(SEC(1));
    room.level[1] = QUIET; // the second one stops as the third one begins
    room.level[2] = LOUD;
    listen(MSEC(180));
    CHECK_EQ(room.passed[1], 9);
    CHECK_EQ(room.passed[2], 0);
    listen(SEC(1));
    CHECK(room.passed[2] > 45);
    CHECK_EQ(room.passed[0], 50);
}

TEST(the_dominant_speaker_keeps_the_place_in_a_pause)
{
    begin(1, 2, QUIET);
    listen(SEC(2));
    room.level[0] = LOUD;
    listen(SEC(1));
    room.level[0] = QUIET;
    room.level[1] = LOUD;
    listen(MSEC(300)); // too short to take over
    CHECK_EQ(room.passed[0], 15);
    CHECK_EQ(room.passed[1], 0);
    listen(SEC(1));
    CHECK(room.passed[1] > 20);
    CHECK_EQ(speaker_dominant(&room.speaker), 2);
}

TEST(who_sends_nothing_loses_the_place_after_150_ms)
{
    begin(1, 2, 30);
    listen(SEC(1));
    CHECK_EQ(room.passed[1], 0);
    room.off[0] = true;
    listen(MSEC(140));
    CHECK_EQ(room.passed[1], 0);
    listen(MSEC(100));
    CHECK(room.passed[1] > 0);
}

TEST(the_muted_are_never_forwarded_and_free_their_place)
{
    begin(1, 2, LOUD);
    listen(SEC(1));
    CHECK_EQ(speaker_dominant(&room.speaker), 1);
    speaker_mute(&room.speaker, &room.people[0], true);
    CHECK_EQ(speaker_dominant(&room.speaker), 0);
    listen(SEC(1));
    CHECK_EQ(room.passed[0], 0);
    CHECK_EQ(room.passed[1], 50);
    speaker_mute(&room.speaker, &room.people[0], false);
    room.off[1] = true;
    listen(SEC(1));
    CHECK(room.passed[0] > 40);
}

TEST(the_dominant_speaker_follows_the_conversation)
{
    begin(4, 3, QUIET);
    listen(SEC(3));
    CHECK_EQ(speaker_dominant(&room.speaker), 0);
    for (unsigned turn = 0; turn < 6; turn++) {
        const unsigned who = turn % 3;
        room.level[who] = LOUD;
        listen(SEC(2));
        CHECK_EQ(speaker_dominant(&room.speaker), who + 1);
        room.level[who] = QUIET;
    }
    listen(SEC(30)); // nobody speaks: it stays
    CHECK_EQ(speaker_dominant(&room.speaker), 3);
}

TEST(a_cough_does_not_make_anybody_dominant)
{
    begin(4, 2, QUIET);
    listen(SEC(2));
    room.level[0] = LOUD;
    listen(SEC(2));
    room.level[1] = LOUD;
    listen(MSEC(80));
    room.level[1] = QUIET;
    listen(SEC(2));
    CHECK_EQ(speaker_dominant(&room.speaker), 1);
}

TEST(a_remark_in_a_pause_does_not_take_the_floor)
{
    begin(4, 2, QUIET);
    listen(SEC(2));
    room.level[0] = LOUD;
    listen(SEC(2));
    room.level[0] = QUIET;
    room.level[1] = LOUD;
    listen(MSEC(400));
    CHECK_EQ(speaker_dominant(&room.speaker), 1);
}

// Who draws breath just when votes are taken.
static void listen_with_breaths(unsigned who, usec time)
{
    for (const usec end = room.now + time; room.now < end;) {
        room.level[who] = room.now >= room.speaker.next_vote ? QUIET : LOUD;
        listen(MSEC(20));
    }
}

TEST(a_breath_does_not_end_a_turn)
{
    begin(4, 2, QUIET);
    listen(SEC(2));
    room.level[0] = LOUD;
    listen(SEC(2));
    room.level[1] = LOUD;
    listen_with_breaths(0, SEC(3));
    CHECK_EQ(speaker_dominant(&room.speaker), 1);
}

TEST(who_does_not_speak_at_the_vote_is_not_elected)
{
    begin(4, 1, QUIET);
    listen(MSEC(100));
    listen_with_breaths(0, SEC(3));
    CHECK_EQ(speaker_dominant(&room.speaker), 0);
    room.level[0] = LOUD;
    listen(MSEC(400));
    CHECK_EQ(speaker_dominant(&room.speaker), 1);
}

TEST(speech_after_a_time_without_packets_counts_from_its_beginning)
{
    begin(4, 2, QUIET);
    room.off[0] = true;
    listen(SEC(1));
    room.off[0] = false;
    room.level[0] = LOUD;
    listen(MSEC(240)); // one vote, 200 ms into it
    CHECK_EQ(speaker_dominant(&room.speaker), 1);
}

TEST(the_dominant_speaker_comes_back_at_once)
{
    begin(2, 3, QUIET);
    listen(SEC(2));
    room.level[0] = LOUD;
    listen(SEC(2));
    room.off[0] = true;
    room.level[1] = room.level[2] = LOUD;
    listen(MSEC(240));
    CHECK(room.people[1].forwarded && room.people[2].forwarded);
    room.off[0] = false;
    listen(MSEC(20));
    CHECK_EQ(room.passed[0], 1);
    CHECK_EQ(forwarded(), 2);
}

TEST(one_loud_packet_replaces_nobody)
{
    begin(2, 3, QUIET);
    listen(SEC(2));
    for (int i = 0; i < 20; i++) {
        room.level[2] = LOUD;
        listen(MSEC(20));
        CHECK_EQ(room.passed[2], 0);
        room.level[2] = SPEAKER_SILENT - 1;
        listen(MSEC(200));
        CHECK_EQ(room.passed[2], 0);
    }
}

TEST(somebody_who_left_is_dominant_no_more)
{
    begin(4, 2, LOUD);
    listen(SEC(1));
    CHECK_EQ(speaker_dominant(&room.speaker), 1);
    speaker_remove(&room.speaker, &room.people[0]);
    room.off[0] = true;
    CHECK_EQ(speaker_dominant(&room.speaker), 0);
    listen(SEC(1));
    CHECK_EQ(speaker_dominant(&room.speaker), 2);
}

TEST(a_fan_that_is_switched_on_is_noise_after_a_while)
{
    begin(1, 2, 100);
    listen(SEC(20));
    room.level[0] = 60; // loudness 67
    listen(SEC(60));
    CHECK(!speaker_is_speaking(&room.people[0], room.now));
}

TEST(an_empty_room_needs_no_ticks)
{
    begin(4, 1, LOUD);
    CHECK_EQ(speaker_deadline(&room.speaker), USEC_NEVER);
    listen(SEC(1));
    room.now += SEC(1);
    (void)speaker_tick(&room.speaker, room.now);
    CHECK_EQ(speaker_deadline(&room.speaker), USEC_NEVER);
}

TEST(how_long_somebody_was_quiet_is_known)
{
    begin(4, 1, QUIET);
    listen(SEC(1));
    room.level[0] = LOUD;
    listen(MSEC(100));
    CHECK_EQ(speaker_quiet_for(&room.people[0], room.now), MSEC(20));
    room.level[0] = QUIET;
    listen(MSEC(400));
    CHECK_EQ(speaker_quiet_for(&room.people[0], room.now), MSEC(420));
}

TEST(who_claims_to_be_loudest_takes_one_place_and_no_more)
{
    begin(3, 6, 40);
    room.level[5] = 0; // each packet as loud as can be
    listen(SEC(30));
    listen(SEC(30));
    CHECK_EQ(room.passed[5], 1500);
    CHECK_EQ(forwarded(), 3);
    room.level[0] = LOUD; // somebody real
    listen(SEC(1));
    CHECK(room.passed[0] >= 40);
}

TEST(levels_that_jump_about_get_nobody_more_than_the_limit)
{
    begin(3, 8, 40);
    for (unsigned i = 0; i < 3000; i++) {
        unsigned now = 0;
        for (unsigned who = 0; who < PEOPLE; who++)
            room.level[who] = (uint8_t)(i * 37 + who * 101 + i * who);
        listen(MSEC(20));
        for (unsigned who = 0; who < PEOPLE; who++)
            now += room.passed[who];
        CHECK(now <= 3 + 3); // a place changes hands within one round
        now = 0;
        for (unsigned who = 0; who < PEOPLE; who++)
            now += room.people[who].forwarded;
        CHECK(now <= 3);
    }
}

TEST(the_first_words_of_the_next_speaker_pass_within_150_ms)
{
    unsigned late = 0;

    begin(4, 8, QUIET);
    listen(SEC(5));
    for (unsigned turn = 0; turn < 40; turn++) {
        const unsigned who = turn % PEOPLE;
        room.level[who] = LOUD;
        listen(MSEC(150));
        late += room.passed[who] < 5; // not more than 50 ms missed
        listen(SEC(2));
        room.level[who] = QUIET;
        listen(MSEC(20) * (turn * 7 % 40));
    }
    CHECK(late <= 2);
}

TEST(coughs_of_a_quarter_of_a_second_make_nobody_dominant)
{
    begin(4, 6, QUIET);
    listen(SEC(2));
    room.level[0] = LOUD;
    listen(SEC(3));
    for (unsigned i = 0; i < 50; i++) {
        const unsigned who = 1 + i % 5;
        room.level[who] = 5;
        listen(MSEC(250));
        CHECK_EQ(speaker_dominant(&room.speaker), 1);
        room.level[who] = QUIET;
        listen(SEC(1) + MSEC(20) * i);
        CHECK_EQ(speaker_dominant(&room.speaker), 1);
    }
}
