// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/slot_sound_test.c - copies, bundles and repeats on their way to one browser.
#include "sfu/slot_sound.h"

#include "base/mem.h"
#include "sfu/sound_desk.h"
#include "sfu/sound_history.h"
#include "support/check.h"

#include <string.h>

enum { OPUS = 111, RED = 63 };
#define FRAME_SAMPLES 960u

static struct sound_desk *begin(bool red)
{
    struct sound_desk *desk = sound_desk_create(&(struct sound_desk_options){.red = red});

    sound_desk_say(desk, 20);
    return desk;
}

static const struct desk_packet *newest(const struct sound_desk *desk)
{
    CHECK(desk->count > 0);
    return &desk->packets[desk->count - 1];
}

static bool holds(const struct desk_packet *packet, uint32_t frame)
{
    for (uint8_t i = 0; i < packet->blocks; i++)
        if (packet->along[i] == frame)
            return true;
    return packet->frame == frame;
}

static void check_numbers_follow(const struct sound_desk *desk)
{
    for (size_t i = 1; i < desk->count; i++)
        CHECK_EQ(desk->packets[i].seq, (uint16_t)(desk->packets[i - 1].seq + 1));
    CHECK(!desk->moved);
}

static void check_all_heard(const struct sound_desk *desk, uint32_t until)
{
    for (uint32_t frame = 0; frame < until; frame++)
        CHECK(desk->heard_at[frame]);
}

TEST(sound_is_plain_on_a_good_line)
{
    struct sound_desk *desk = begin(true);

    CHECK_EQ(desk->count, 20);
    for (size_t i = 0; i < desk->count; i++)
        CHECK(desk->packets[i].payload_type == OPUS && desk->packets[i].frame == i);
    CHECK(desk->packets[0].marker && !desk->packets[1].marker);
    check_numbers_follow(desk);
    sound_desk_destroy(desk);
}

TEST(a_copy_follows_its_frame_two_frames_later)
{
    struct sound_desk *desk = begin(true);

    sound_desk_plan(desk, 1, 2);
    sound_desk_say(desk, 20);
    for (size_t i = 23; i < 40; i++) {
        CHECK_EQ(desk->packets[i].payload_type, RED);
        CHECK_EQ(desk->packets[i].blocks, 1);
        CHECK_EQ(desk->packets[i].frame, i);
        CHECK_EQ(desk->packets[i].along[0], i - 2);
    }
    check_numbers_follow(desk);
    sound_desk_destroy(desk);
}

TEST(three_copies_are_spread_over_five_frames)
{
    struct sound_desk *desk = begin(true);

    sound_desk_plan(desk, 1, 3);
    sound_desk_say(desk, 20);
    CHECK_EQ(newest(desk)->blocks, 2);
    CHECK_EQ(newest(desk)->along[0], 35);
    CHECK_EQ(newest(desk)->along[1], 37);
    check_numbers_follow(desk);
    sound_desk_destroy(desk);
}

TEST(in_bundles_numbers_count_packets_and_times_stay)
{
    struct sound_desk *desk = begin(true);

    sound_desk_plan(desk, 3, 2);
    sound_desk_say(desk, 30);
    CHECK_EQ(desk->count, 20 + 10);
    CHECK_EQ(newest(desk)->frame, 49);
    for (uint32_t frame = 44; frame < 50; frame++)
        CHECK(holds(newest(desk), frame));
    CHECK(!holds(newest(desk), 43));
    check_all_heard(desk, 50);
    check_numbers_follow(desk);
    sound_desk_plan(desk, 1, 1); // and back
    sound_desk_say(desk, 10);
    CHECK_EQ(desk->count, 40);
    check_all_heard(desk, 60);
    check_numbers_follow(desk);
    sound_desk_destroy(desk);
}

TEST(a_bundle_that_does_not_fill_up_leaves_after_60_ms)
{
    struct sound_desk *desk = begin(true);

    sound_desk_plan(desk, 3, 1);
    sound_desk_say(desk, 4);
    CHECK_EQ(desk->count, 21);
    sound_desk_wait(desk, MSEC(35));
    CHECK_EQ(desk->count, 21);
    sound_desk_wait(desk, MSEC(10));
    CHECK_EQ(desk->count, 22);
    CHECK_EQ(newest(desk)->frame, 23);
    CHECK_EQ(newest(desk)->payload_type, OPUS);
    sound_desk_wait(desk, SEC(1));
    CHECK_EQ(desk->count, 22);
    check_numbers_follow(desk);
    sound_desk_destroy(desk);
}

TEST(a_frame_lost_on_the_way_up_leaves_no_hole_between_bundles)
{
    struct sound_desk *desk = begin(true);

    sound_desk_plan(desk, 3, 2);
    for (unsigned i = 0; i < 12; i++) {
        sound_desk_say(desk, 4);
        sound_desk_skip(desk);
    }
    sound_desk_wait(desk, MSEC(100));
    check_numbers_follow(desk);
    for (uint32_t frame = 20; frame < desk->frame; frame++)
        CHECK_EQ(desk->heard_at[frame] != 0, (frame - 20) % 5 != 4);
    sound_desk_destroy(desk);
}

TEST(a_late_frame_goes_with_the_bundle)
{
    struct sound_desk *desk = begin(true);
    uint8_t payload[OUTBOX_MTU];

    sound_desk_plan(desk, 3, 2);
    const uint32_t late = desk->frame;
    const uint16_t seq = desk->seq;
    sound_desk_skip(desk);
    sound_desk_say(desk, 1);
    sound_desk_send(desk, OPUS, seq, desk->timestamp + late * FRAME_SAMPLES,
                    bytes_of(payload, sound_desk_frame(desk, late, payload)));
    sound_desk_say(desk, 2);
    CHECK(desk->heard_at[late]);
    check_numbers_follow(desk);
    sound_desk_destroy(desk);
}

TEST(packets_of_60_ms_do_not_wait_for_others)
{
    struct sound_desk *desk = begin(true);
    uint8_t payload[OUTBOX_MTU];

    sound_desk_plan(desk, 3, 2);
    for (uint32_t i = 0; i < 4; i++) {
        const size_t len = sound_desk_frame(desk, 20 + i, payload);
        payload[0] = 0x18; // SILK, 60 ms
        sound_desk_send(desk, OPUS, desk->seq++, desk->timestamp + (20 + 3 * i) * FRAME_SAMPLES,
                        bytes_of(payload, len));
        CHECK_EQ(desk->count, 21 + i);
        CHECK_EQ(newest(desk)->frame, 20 + i);
        sound_desk_wait(desk, MSEC(60));
    }
    sound_desk_destroy(desk);
}

TEST(frames_too_large_to_be_kept_leave_at_once_with_those_that_waited)
{
    struct sound_desk *desk = begin(true);

    sound_desk_plan(desk, 3, 2);
    sound_desk_say(desk, 1);
    desk->frame_bytes = SOUND_HISTORY_BYTES + 1;
    sound_desk_say(desk, 1);
    CHECK_EQ(desk->count, 21);
    CHECK_EQ(newest(desk)->frame, 21);
    CHECK(holds(newest(desk), 20));
    sound_desk_say(desk, 10);
    CHECK_EQ(desk->count, 31);
    CHECK_EQ(newest(desk)->payload_type, OPUS);
    check_numbers_follow(desk);
    sound_desk_destroy(desk);
}

TEST(no_packet_outgrows_a_datagram_by_its_copies)
{
    struct sound_desk *desk = begin(true);

    sound_desk_plan(desk, 3, 3);
    desk->frame_bytes = SOUND_HISTORY_BYTES;
    sound_desk_say(desk, 30);
    check_all_heard(desk, 50);
    for (size_t i = 0; i < desk->count; i++)
        CHECK(desk->packets[i].ip_bytes < 1280);
    CHECK_EQ(desk->counters.drops.count[DROP_BAD_PAYLOAD], 0);
    sound_desk_destroy(desk);
}

TEST(what_was_said_before_a_mute_is_not_said_after_it)
{
    struct sound_desk *desk = begin(true);

    sound_desk_plan(desk, 1, 3);
    sound_desk_say(desk, 10);
    member_shut(desk->speaker, desk->now, SOURCE_MICROPHONE, true, true);
    sound_desk_say(desk, 2); // while muted
    member_shut(desk->speaker, desk->now, SOURCE_MICROPHONE, true, false);
    const size_t before = desk->count;
    sound_desk_say(desk, 10);
    CHECK(desk->count == before + 10);
    for (size_t i = before; i < desk->count; i++)
        for (uint8_t b = 0; b < desk->packets[i].blocks; b++)
            CHECK(desk->packets[i].along[b] >= 32);
    CHECK(!desk->heard_at[30] && !desk->heard_at[31]);
    sound_desk_destroy(desk);
}

TEST(what_waits_when_its_speaker_is_muted_is_never_said)
{
    struct sound_desk *desk = begin(true);

    sound_desk_plan(desk, 3, 2);
    sound_desk_say(desk, 4);
    CHECK_EQ(newest(desk)->frame, 22);
    member_shut(desk->speaker, desk->now, SOURCE_MICROPHONE, false, true);
    sound_desk_wait(desk, SEC(1));
    CHECK(!desk->heard_at[23]);
    sound_desk_destroy(desk);
}

TEST(what_was_said_before_the_slot_was_given_is_not_said_in_it)
{
    struct sound_desk *desk = begin(true);

    sound_desk_plan(desk, 1, 3);
    sound_desk_say(desk, 10);
    slot_clear(desk->viewer->sounds[0]);
    sound_desk_say(desk, 2);
    router_mark(desk->router);
    const size_t before = desk->count;
    sound_desk_say(desk, 10);
    CHECK_EQ(desk->count, before + 10);
    for (size_t i = before; i < desk->count; i++)
        for (uint8_t b = 0; b < desk->packets[i].blocks; b++)
            CHECK(desk->packets[i].along[b] >= 32);
    sound_desk_destroy(desk);
}

TEST(a_sender_that_begins_anew_takes_nothing_along)
{
    struct sound_desk *desk = begin(true);

    sound_desk_plan(desk, 1, 2);
    sound_desk_say(desk, 10);
    desk->seq += 20000;
    sound_desk_say(desk, 10);
    for (size_t i = 0; i < desk->count; i++)
        for (uint8_t b = 0; b < desk->packets[i].blocks; b++)
            CHECK((desk->packets[i].along[b] < 30) == (desk->packets[i].frame < 30));
    sound_desk_destroy(desk);
}

TEST(a_line_without_red_gets_every_frame_by_itself)
{
    struct sound_desk *desk = begin(false);

    sound_desk_plan(desk, 3, 1);
    sound_desk_say(desk, 10);
    CHECK_EQ(desk->count, 30);
    CHECK_EQ(newest(desk)->payload_type, OPUS);
    sound_desk_destroy(desk);
}

// --- a microphone that sends RED -----------------------------------------------------------------

static struct bytes red_of(struct sound_desk *desk, uint8_t blocks, uint16_t distance,
                           uint8_t *memory)
{
    static uint8_t payloads[RED_BLOCKS + 1][OUTBOX_MTU];
    struct red red = {.payload_type = OPUS, .count = blocks};
    struct writer out = writer_over(memory, OUTBOX_MTU);

    for (uint8_t i = 0; i <= blocks; i++) {
        const uint32_t frame = desk->frame - (uint32_t)(blocks - i);
        const struct bytes payload =
            bytes_of(payloads[i], sound_desk_frame(desk, frame, payloads[i]));
        if (i == blocks)
            red.primary = payload;
        else
            red.blocks[i] = (struct red_block){.payload_type = OPUS,
                                               .offset = (uint16_t)((blocks - i) * distance),
                                               .payload = payload};
    }
    red_write(&out, &red);
    CHECK(out.ok);
    return bytes_of(memory, writer_len(&out));
}

static void say_in_red(struct sound_desk *desk, uint8_t blocks, uint16_t distance)
{
    uint8_t memory[OUTBOX_MTU];
    const struct bytes payload = red_of(desk, blocks, distance, memory);

    desk->said_at[desk->frame] = desk->now;
    sound_desk_send(desk, RED, desk->seq++, desk->timestamp + desk->frame * FRAME_SAMPLES, payload);
    desk->frame++;
    sound_desk_wait(desk, MSEC(20));
}

TEST(red_from_a_microphone_fills_what_was_lost_under_its_own_number)
{
    struct sound_desk *desk = begin(true);

    for (unsigned i = 0; i < 10; i++) {
        say_in_red(desk, 2, FRAME_SAMPLES);
        sound_desk_skip(desk);
        sound_desk_skip(desk);
    }
    say_in_red(desk, 2, FRAME_SAMPLES);
    check_all_heard(desk, desk->frame);
    check_numbers_follow(desk);
    CHECK_EQ(desk->count, desk->frame); // each once
    for (size_t i = 0; i < desk->count; i++)
        CHECK_EQ(desk->packets[i].payload_type, OPUS);
    sound_desk_destroy(desk);
}

TEST(a_block_of_another_time_than_its_number_would_have_fills_nothing)
{
    struct sound_desk *desk = begin(true);

    sound_desk_skip(desk);
    say_in_red(desk, 1, 2 * FRAME_SAMPLES);
    CHECK(!desk->heard_at[20]);
    CHECK_EQ(newest(desk)->frame, 21);
    sound_desk_destroy(desk);
}

TEST(red_does_not_bring_back_what_was_said_while_muted)
{
    struct sound_desk *desk = begin(true);

    member_shut(desk->speaker, desk->now, SOURCE_MICROPHONE, true, true);
    say_in_red(desk, 2, FRAME_SAMPLES);
    sound_desk_skip(desk);
    member_shut(desk->speaker, desk->now, SOURCE_MICROPHONE, true, false);
    say_in_red(desk, 2, FRAME_SAMPLES);
    CHECK(!desk->heard_at[20] && !desk->heard_at[21] && desk->heard_at[22]);
    sound_desk_skip(desk);
    say_in_red(desk, 3, FRAME_SAMPLES);
    CHECK(!desk->heard_at[21] && desk->heard_at[23] && desk->heard_at[24]);
    sound_desk_destroy(desk);
}

TEST(red_that_lies_is_dropped_and_counted)
{
    struct sound_desk *desk = begin(true);
    uint8_t memory[OUTBOX_MTU];
    const struct bytes payload = red_of(desk, 2, FRAME_SAMPLES, memory);
    const uint64_t before = desk->counters.drops.count[DROP_BAD_PAYLOAD];

    for (size_t len = 0; len < 8 + 1 + 2 * 80u; len++)
        sound_desk_send(desk, RED, desk->seq++, desk->timestamp, bytes_of(payload.at, len));
    CHECK_EQ(desk->counters.drops.count[DROP_BAD_PAYLOAD] - before, 8 + 1 + 2 * 80u);
    memset(memory, 0xef, sizeof memory);
    sound_desk_send(desk, RED, desk->seq++, desk->timestamp, bytes_of(memory, sizeof memory - 20));
    CHECK_EQ(desk->counters.drops.count[DROP_BAD_PAYLOAD] - before, 8 + 2 + 2 * 80u);
    CHECK_EQ(desk->count, 20);
    sound_desk_destroy(desk);
}

TEST(forwarding_with_copies_takes_no_memory)
{
    struct sound_desk *desk = begin(true);

    sound_desk_plan(desk, 3, 3);
    sound_desk_say(desk, 5);
    const size_t before = mem_allocations();
    for (uint8_t i = 0; i < 9; i++) {
        desk->viewer->sound.planner.plan =
            (struct sound_plan){.bundle = (uint8_t)(1 + i % 3), .copies = (uint8_t)(1 + i / 3)};
        sound_desk_say(desk, 10);
    }
    CHECK_EQ(mem_allocations(), before);
    check_all_heard(desk, desk->frame - 3);
    sound_desk_destroy(desk);
}
