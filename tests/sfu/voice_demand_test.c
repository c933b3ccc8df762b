// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/voice_demand_test.c - what a microphone is asked for, by its own line and by those who listen.
#include "sfu/voice_demand.h"

#include "sfu/sound_desk.h"
#include "support/check.h"

#define TICK MSEC(250)

struct talk {
    struct voice_demand voice;
    usec now;
    int64_t expected;
    int64_t received;
    double lost; // fractions of packets
};

static void talk(struct talk *t, usec span, double loss, bool thin)
{
    for (const usec end = t->now + span; t->now < end; t->now += TICK) {
        t->expected += 12;
        t->received += 12;
        for (t->lost += 12 * loss; t->lost >= 1; t->lost--)
            t->received--;
        voice_demand_update(&t->voice, t->now, thin, t->expected, t->received);
    }
}

TEST(a_good_line_up_wants_nothing)
{
    struct talk t = {.now = SEC(10)};

    talk(&t, SEC(60), .01, false);
    CHECK(!t.voice.redundancy && t.voice.max_bps == 0);
}

TEST(redundancy_is_wanted_soon_after_loss_began_and_ten_seconds_after_it_ended)
{
    struct talk t = {.now = SEC(10)};

    talk(&t, SEC(10), 0, false);
    talk(&t, SEC(3), .08, false);
    CHECK(t.voice.redundancy);
    talk(&t, SEC(10), .02, false);
    CHECK(t.voice.redundancy); // neither bad nor calm
    talk(&t, SEC(9), 0, false);
    CHECK(t.voice.redundancy);
    talk(&t, SEC(10), 0, false);
    CHECK(!t.voice.redundancy);
}

TEST(a_few_packets_prove_nothing)
{
    struct talk t = {.now = SEC(10), .expected = 1, .received = 1};

    t.expected += 4;
    t.received += 2;
    voice_demand_update(&t.voice, t.now, false, t.expected, t.received);
    CHECK(!t.voice.redundancy);
}

TEST(a_stream_that_began_anew_has_lost_nothing)
{
    struct talk t = {.now = SEC(10)};

    talk(&t, SEC(10), 0, false);
    t.expected = t.received = 0;
    talk(&t, SEC(10), 0, false);
    CHECK(!t.voice.redundancy);
    CHECK(t.voice.calm_since);
}

TEST(what_came_late_is_not_lost)
{
    struct talk t = {.now = SEC(10)};

    talk(&t, SEC(2), .2, false);
    CHECK(!t.voice.calm_since);
    t.received = t.expected;
    talk(&t, TICK, 0, false);
    CHECK(t.voice.calm_since);
}

TEST(a_thin_voice_is_wanted_until_ten_seconds_after_the_last_need)
{
    struct talk t = {.now = SEC(10)};

    talk(&t, TICK, 0, true);
    CHECK_EQ(t.voice.max_bps, SOUND_THIN_BPS);
    CHECK(t.voice.max_bps <= 16000);
    talk(&t, SEC(9), 0, false);
    CHECK_EQ(t.voice.max_bps, SOUND_THIN_BPS);
    talk(&t, SEC(2), 0, false);
    CHECK_EQ(t.voice.max_bps, 0);
}

// --- in a room -----------------------------------------------------------------------------------

static bool take_voice(struct sound_desk *desk, struct sfu_event *voice)
{
    while (events_take(&desk->events, voice))
        if (voice->kind == SFU_VOICE)
            return true;
    return false;
}

static struct sound_desk *begin(bool red)
{
    struct sound_desk *desk = sound_desk_create(&(struct sound_desk_options){.red = red});

    sound_desk_say(desk, 50);
    return desk;
}

static void update(struct sound_desk *desk, unsigned times)
{
    for (unsigned i = 0; i < times; i++) {
        desk->now += TICK;
        voice_update(desk->router, desk->now);
    }
}

TEST(who_listens_over_a_small_line_makes_those_it_hears_thin)
{
    struct sound_desk *desk = begin(true);

    update(desk, 1);
    CHECK(!desk->speaker->voice.listeners_need_thin);
    sound_update(desk->viewer, desk->now, .2, 48000);
    update(desk, 1);
    CHECK(desk->speaker->voice.listeners_need_thin);
    CHECK(!desk->viewer->voice.listeners_need_thin);
    CHECK(desk->speaker->voice.listeners_loss == 0); // it gets copies
    slot_clear(desk->viewer->sounds[0]);
    update(desk, 1);
    CHECK(!desk->speaker->voice.listeners_need_thin);
    sound_desk_destroy(desk);
}

TEST(the_loss_of_those_without_red_is_the_speakers_as_far_as_20_percent)
{
    struct sound_desk *desk = begin(false);

    sound_update(desk->viewer, desk->now, .1, 5000000);
    update(desk, 1);
    CHECK(desk->speaker->voice.listeners_loss == .1);
    sound_update(desk->viewer, desk->now, .7, 5000000);
    update(desk, 1);
    CHECK(desk->speaker->voice.listeners_loss == .2);
    member_gate(desk->viewer, desk->now, false);
    update(desk, 1);
    CHECK(desk->speaker->voice.listeners_loss == 0);
    sound_desk_destroy(desk);
}

TEST(a_demand_is_told_when_it_is_news_and_after_an_interruption)
{
    struct sound_desk *desk = begin(true);
    struct sfu_event event;

    // The speaker is heard by the viewer, and the way to the speaker is the viewer's: one browser serves.
    struct transport *borrowed = desk->speaker->transport;
    desk->speaker->transport = desk->viewer->transport;
    update(desk, 4);
    CHECK(!take_voice(desk, &event)); // as the browser likes is what it does anyway
    desk->speaker->voice.redundancy = true;
    update(desk, 4);
    CHECK(take_voice(desk, &event));
    CHECK_EQ(event.transport, desk->speaker->id);
    CHECK(event.voice.redundancy && event.voice.max_bps == 0);
    CHECK(!take_voice(desk, &event));
    sound_update(desk->viewer, desk->now, .2, 48000);
    update(desk, 1);
    CHECK(take_voice(desk, &event));
    CHECK(event.voice.max_bps == SOUND_THIN_BPS && event.voice.redundancy);
    desk->speaker->transport = borrowed; // not connected
    update(desk, 1);
    desk->speaker->transport = desk->viewer->transport;
    update(desk, 1);
    CHECK(take_voice(desk, &event));
    CHECK(event.voice.max_bps == SOUND_THIN_BPS && event.voice.redundancy);
    CHECK(!take_voice(desk, &event));
    desk->speaker->transport = borrowed;
    sound_desk_destroy(desk);
}

TEST(loss_on_the_way_up_is_seen_in_a_room)
{
    struct sound_desk *desk = begin(true);
    struct transport *borrowed = desk->speaker->transport;

    desk->speaker->transport = desk->viewer->transport;
    for (unsigned i = 0; i < 20; i++) {
        sound_desk_say(desk, 9);
        sound_desk_skip(desk);
        voice_update(desk->router, desk->now);
    }
    CHECK(desk->speaker->voice.redundancy);
    desk->speaker->transport = borrowed;
    sound_desk_destroy(desk);
}
