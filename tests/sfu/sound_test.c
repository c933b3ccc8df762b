// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/sound_test.c - sealed packets sent again, asked for or not, and what all of it takes of the line.
#include "sfu/sound.h"

#include "sfu/sound_desk.h"
#include "support/check.h"
#include "transport/outbox.h"

#define RTCP_BPS 5000

static struct sound_desk *begin(bool red, bool nack)
{
    struct sound_desk *desk =
        sound_desk_create(&(struct sound_desk_options){.red = red, .nack = nack});

    sound_desk_say(desk, 20);
    return desk;
}

// Bits per second of IP that ten seconds of speech take.
static double rate(struct sound_desk *desk)
{
    const uint64_t before = desk->sent_bytes;

    sound_desk_say(desk, 500);
    return (double)(desk->sent_bytes - before) * 8 / 10;
}

TEST(without_red_the_same_datagram_is_sent_again_and_its_second_copy_dropped)
{
    struct sound_desk *desk = begin(false, false);

    sound_desk_plan(desk, 1, 2);
    sound_desk_say(desk, 100);
    sound_desk_wait(desk, SEC(1));
    CHECK_EQ(desk->sent, 20 + 200);
    CHECK_EQ(desk->replayed, 100);
    CHECK_EQ(desk->count, 120);
    sound_desk_destroy(desk);
}

TEST(the_second_copy_serves_when_the_first_is_lost)
{
    struct sound_desk *desk = begin(false, false);

    sound_desk_plan(desk, 1, 2);
    for (unsigned i = 0; i < 20; i++) {
        desk->lost_next = true;
        sound_desk_say(desk, 4);
    }
    sound_desk_wait(desk, SEC(1));
    for (uint32_t frame = 20; frame < desk->frame; frame++) {
        CHECK(desk->heard_at[frame]);
        CHECK(desk->heard_at[frame] - desk->said_at[frame] <= MSEC(40));
    }
    sound_desk_destroy(desk);
}

TEST(three_copies_come_apart_from_each_other)
{
    struct sound_desk *desk = begin(false, false);

    sound_desk_plan(desk, 1, 3);
    sound_desk_say(desk, 1);
    CHECK_EQ(desk->sent, 21);
    sound_desk_wait(desk, MSEC(10));
    CHECK_EQ(desk->sent, 22);
    sound_desk_wait(desk, MSEC(25));
    CHECK_EQ(desk->sent, 22);
    sound_desk_wait(desk, MSEC(5));
    CHECK_EQ(desk->sent, 23);
    sound_desk_wait(desk, SEC(1));
    CHECK_EQ(desk->sent, 23);
    CHECK_EQ(sound_deadline(desk->viewer), USEC_NEVER);
    sound_desk_destroy(desk);
}

TEST(a_viewer_who_is_let_out_gets_no_copies)
{
    struct sound_desk *desk = begin(false, false);

    sound_desk_plan(desk, 1, 3);
    sound_desk_say(desk, 1);
    member_gate(desk->viewer, desk->now, false);
    sound_desk_wait(desk, SEC(1));
    CHECK_EQ(desk->sent, 21);
    member_gate(desk->viewer, desk->now, true);
    sound_desk_wait(desk, SEC(1));
    CHECK_EQ(desk->sent, 21);
    sound_desk_destroy(desk);
}

TEST(what_a_viewer_asks_for_is_sent_again_as_it_was)
{
    struct sound_desk *desk = begin(true, true);

    sound_desk_nack(desk, desk->packets[19].seq);
    sound_desk_wait(desk, SEC(1));
    CHECK_EQ(desk->sent, 20);                          // nothing was kept so far
    sound_update(desk->viewer, desk->now, 0, 5000000); // now somebody asked
    sound_desk_say(desk, 10);
    const uint16_t lost = (uint16_t)(desk->packets[29].seq + 1);
    desk->lost_next = true;
    sound_desk_say(desk, 3);
    CHECK(!desk->heard_at[30]);
    sound_desk_nack(desk, lost);
    CHECK(desk->heard_at[30]);
    CHECK_EQ(desk->sent, 34);
    sound_desk_nack(desk, lost); // once per round trip
    CHECK_EQ(desk->sent, 34);
    sound_desk_nack(desk, (uint16_t)(lost + 100)); // never sent
    CHECK_EQ(desk->sent, 34);
    sound_desk_destroy(desk);
}

TEST(of_who_is_muted_no_more_copies_are_sent)
{
    struct sound_desk *desk = begin(false, false);

    sound_desk_plan(desk, 1, 3);
    sound_desk_say(desk, 1);
    CHECK_EQ(desk->sent, 21);
    member_shut(desk->speaker, desk->now, SOURCE_MICROPHONE, true, true);
    sound_desk_wait(desk, SEC(1));
    CHECK_EQ(desk->sent, 21);
    sound_desk_destroy(desk);
}

TEST(of_who_is_muted_nothing_is_sent_again_to_who_asks)
{
    struct sound_desk *desk = begin(true, true);

    sound_desk_nack(desk, 0);
    sound_update(desk->viewer, desk->now, 0, 5000000);
    sound_desk_say(desk, 10);
    sound_desk_wait(desk, SEC(1));
    const uint16_t said = desk->packets[29].seq;
    sound_desk_nack(desk, said);
    CHECK_EQ(desk->sent, 31);
    desk->now += SEC(1);
    member_shut(desk->speaker, desk->now, SOURCE_MICROPHONE, true, true);
    sound_lost(desk->viewer->sounds[0], desk->now, said, desk->out); // in the same turn
    CHECK_EQ(outbox_count(desk->out), 0);
    sound_desk_nack(desk, said);
    CHECK_EQ(desk->sent, 31);
    member_shut(desk->speaker, desk->now, SOURCE_MICROPHONE, true, false);
    sound_desk_say(desk, 10);
    const size_t before = desk->sent;
    CHECK(before > 31);
    sound_desk_nack(desk, said);
    CHECK_EQ(desk->sent, before);
    sound_desk_destroy(desk);
}

TEST(who_did_not_agree_on_it_is_not_answered)
{
    struct sound_desk *desk = begin(true, false);

    sound_desk_nack(desk, desk->packets[19].seq);
    sound_update(desk->viewer, desk->now, 0, 5000000);
    sound_desk_say(desk, 10);
    sound_desk_nack(desk, desk->packets[29].seq);
    CHECK_EQ(desk->sent, 30);
    sound_desk_destroy(desk);
}

TEST(a_storm_of_requests_is_bounded)
{
    struct sound_desk *desk = begin(true, true);

    sound_desk_nack(desk, 0);
    sound_update(desk->viewer, desk->now, 0, 5000000);
    sound_desk_say(desk, 64);
    const uint64_t before = desk->sent_bytes;
    for (unsigned i = 0; i < 2000; i++) {
        desk->now += MSEC(1);
        sound_desk_nack(desk, desk->packets[desk->count - 1 - i % 60].seq);
    }
    // Each packet once in 60 ms, whatever is asked, and 250 kB a second in all.
    CHECK(desk->sent_bytes - before < 2000 * 200);
    CHECK(desk->sent_bytes - before > 0);
    sound_desk_destroy(desk);
}

TEST(while_there_is_no_room_nothing_is_sent_for_the_asking)
{
    struct sound_desk *desk = begin(true, true);

    sound_desk_nack(desk, 0);
    sound_desk_plan(desk, 3, 2);
    sound_desk_say(desk, 30);
    const size_t before = desk->sent;
    sound_desk_nack(desk, desk->packets[desk->count - 1].seq);
    CHECK_EQ(desk->sent, before);
    sound_desk_destroy(desk);
}

TEST(speech_twice_fits_into_48_kbit_s)
{
    struct sound_desk *desk = begin(true, false);

    desk->frame_bytes = SOUND_THIN_BPS / 8 / 50;
    desk->loses = 200000;
    sound_desk_say(desk, 200);
    for (unsigned i = 0; i < 4; i++)
        sound_update(desk->viewer, desk->now, 0.2, 30000); // an estimate scared by loss
    CHECK_EQ(desk->viewer->sound.planner.plan.bundle, 3);
    CHECK_EQ(desk->viewer->sound.planner.plan.copies, 2);
    CHECK(desk->viewer->sound.planner.plan.thin);
    const double bps = rate(desk);
    CHECK(bps > 30000 && bps + RTCP_BPS < 48000);
    CHECK(sound_rate_bps(desk->viewer, desk->now) > 0.95 * bps);
    CHECK(sound_rate_bps(desk->viewer, desk->now) < 1.05 * bps);
    sound_desk_say(desk, 2500);
    CHECK(sound_desk_missing(desk, 230, desk->frame - 10, MSEC(120)) < 0.06);
    sound_desk_destroy(desk);
}

TEST(the_rate_of_a_plan_is_what_is_sent)
{
    static const bool ways[] = {true, false};

    for (size_t way = 0; way < 2; way++) {
        struct sound_desk *desk = begin(ways[way], false);
        for (uint8_t copies = 1; copies <= 3; copies++)
            for (uint8_t bundle = 1; bundle <= (ways[way] ? 3 : 1); bundle++) {
                const struct sound_plan plan = {.bundle = bundle, .copies = copies};
                sound_desk_plan(desk, bundle, copies);
                const double planned = sound_plan_bps(plan, desk->frame_bytes, ways[way]);
                const double sent = rate(desk);
                CHECK(sent < planned && sent > 0.9 * planned);
                desk->frame = 20;
                desk->count = 0;
                desk->timestamp += 500 * 960; // the desk reads so many frames only
            }
        sound_desk_destroy(desk);
    }
}

static void report_loss(struct sound_desk *desk, uint8_t fraction)
{
    sound_reported(desk->viewer->sounds[0], desk->now, fraction);
    sound_update(desk->viewer, desk->now, 0, 5000000);
}

TEST(where_arrivals_are_not_told_receiver_reports_count)
{
    struct sound_desk *desk = begin(false, false);
    struct line_parameters *line = &desk->viewer->parameters->lines[0];

    report_loss(desk, 26);
    CHECK_EQ(desk->viewer->sound.planner.plan.copies, 1); // the estimate knows better
    line->transport_cc = false;
    report_loss(desk, 26);
    CHECK_EQ(desk->viewer->sound.planner.plan.copies, 2);
    CHECK(desk->viewer->sound.loss > .1 && desk->viewer->sound.loss < .11);
    report_loss(desk, 0);
    CHECK(desk->viewer->sound.loss > .05 && desk->viewer->sound.loss < .06);
    desk->now += SEC(20); // reports ceased
    sound_update(desk->viewer, desk->now, 0, 5000000);
    CHECK(desk->viewer->sound.loss == 0);
    sound_desk_destroy(desk);
}

TEST(what_is_lost_on_the_way_up_is_asked_for_while_it_can_still_be_played)
{
    struct sound_desk *desk = begin(false, true);
    const struct layer *microphone = &desk->speaker->producers[SOURCE_MICROPHONE].layers[0];
    uint16_t asked[4];

    sound_desk_skip(desk);
    sound_desk_say(desk, 1);
    CHECK(microphone->nack != NULL);
    CHECK_EQ(nack_due(microphone->nack, desk->now, MSEC(50), asked, 4), 1);
    CHECK_EQ(asked[0], (uint16_t)(desk->seq - 2));
    sound_desk_say(desk, 10);
    CHECK_EQ(microphone->nack->count, 1);
    sound_desk_say(desk, 2);
    CHECK_EQ(microphone->nack->count, 0);
    sound_desk_destroy(desk);
}

TEST(a_retransmission_from_the_microphone_takes_the_place_kept_for_it)
{
    struct sound_desk *desk = begin(false, true);
    uint8_t payload[OUTBOX_MTU];
    const uint32_t lost = desk->frame;
    const uint16_t seq = desk->seq;

    sound_desk_skip(desk);
    sound_desk_say(desk, 3);
    CHECK_EQ(desk->packets[20].seq, (uint16_t)(desk->packets[19].seq + 2));
    for (unsigned times = 0; times < 2; times++) {
        const size_t len = sound_desk_frame(desk, lost, payload);
        sound_desk_send(desk, 111, seq, desk->timestamp + lost * 960, bytes_of(payload, len));
    }
    CHECK_EQ(desk->count, 24);
    CHECK_EQ(desk->packets[23].seq, (uint16_t)(desk->packets[19].seq + 1));
    CHECK(desk->heard_at[lost]);
    CHECK(!desk->moved);
    sound_desk_destroy(desk);
}

TEST(a_line_without_nack_remembers_nothing_missing)
{
    struct sound_desk *desk = begin(true, false);

    CHECK(desk->speaker->producers[SOURCE_MICROPHONE].layers[0].nack == NULL);
    sound_desk_destroy(desk);
}
