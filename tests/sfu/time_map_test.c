// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/time_map_test.c - timestamps of a slot stay on one line.
#include "sfu/time_map.h"

#include "support/check.h"
#include "support/random.h"

static int64_t off_line(const struct time_map *map, uint32_t sent, usec capture)
{
    const int32_t off = (int32_t)(sent - time_map_at(map, capture));
    return off < 0 ? -(int64_t)off : off;
}

TEST(the_line_goes_up_by_the_clock_rate)
{
    struct time_map map;

    time_map_init(&map, 90000, 4294967290u);
    CHECK_EQ(time_map_at(&map, 0), 4294967290u);
    CHECK_EQ(time_map_at(&map, SEC(1)), 4294967290u + 90000u);
    // Years later it still does.
    CHECK_EQ(time_map_at(&map, SEC(200000001)) - time_map_at(&map, SEC(200000000)), 90000u);
}

TEST(within_a_stream_distances_stay)
{
    struct time_map map;
    uint32_t last = 0;

    time_map_init(&map, 48000, 77);
    for (unsigned i = 0; i < 5000; i++) {
        const usec at = SEC(5) + MSEC(20) * i;
        const uint32_t out = time_map_forward(&map, at + MSEC(9), 4294960000u + 960 * i, at);
        if (i > 0)
            CHECK_EQ(out - last, 960u);
        CHECK_EQ(off_line(&map, out, at), 0);
        last = out;
    }
}

TEST(twenty_switches_among_senders_stay_on_the_line)
{
    struct time_map map;
    struct random random = random_seeded(3);
    usec at = SEC(9);
    uint32_t last = 0;

    time_map_init(&map, 90000, random_u32(&random));
    for (int turn = 0; turn < 20; turn++) {
        uint32_t in = random_u32(&random);
        for (int i = 0; i < 50; i++) {
            if (i == 0)
                time_map_switch(&map, at, in, at);
            const uint32_t out = time_map_forward(&map, at, in, at);
            CHECK(off_line(&map, out, at) <= 2);
            CHECK(at == SEC(9) || (int32_t)(out - last) > 0);
            last = out;
            at += MSEC(33);
            in += 2970;
        }
    }
}

TEST(a_switch_never_goes_backwards_and_comes_back_to_the_line)
{
    struct time_map map;
    uint32_t last;

    time_map_init(&map, 90000, 0);
    last = time_map_forward(&map, SEC(10), 1000, SEC(10));
    // The new stream was captured 100 ms earlier than what was sent last.
    usec at = SEC(10) - MSEC(100);
    uint32_t in = 500000;
    time_map_switch(&map, SEC(10), in, at);
    for (int i = 0; i < 1500; i++) {
        const uint32_t out = time_map_forward(&map, at + MSEC(100), in, at);
        CHECK((int32_t)(out - last) > 0);
        if (i == 0)
            CHECK_EQ(out, last + 1);
        last = out;
        at += MSEC(40);
        in += 3600;
    }
    CHECK(off_line(&map, last, at - MSEC(40)) <= 180);
}

TEST(pictures_are_moved_by_at_most_five_ms_a_second)
{
    struct time_map map;
    const usec error = MSEC(60);
    uint32_t last;

    time_map_init(&map, 90000, 0);
    last = time_map_forward(&map, SEC(10), 0, SEC(10));
    const uint32_t first = last;
    for (unsigned second = 1; second <= 20; second++) {
        for (unsigned i = 1; i <= 25; i++) {
            const usec at = SEC(9 + second) + MSEC(40) * i;
            last = time_map_forward(&map, at, (second - 1) * 90000 + 3600 * i, at + error);
        }
        const int64_t moved = (int64_t)(last - first) - (int64_t)second * 90000;
        CHECK(moved >= 0 && moved <= (int64_t)second * 450);
    }
    CHECK(off_line(&map, last, SEC(30) + error) <= 180);
}

TEST(late_pictures_get_the_timestamps_of_their_time)
{
    struct time_map map;
    uint32_t sent[100];

    // The capture clock drifts, so that there are steps; the packets of each picture agree.
    time_map_init(&map, 90000, 0);
    for (unsigned i = 0; i < 100; i++) {
        const usec at = SEC(10) + MSEC(40) * i;
        sent[i] = time_map_forward(&map, at, 3600 * i, at + MSEC(i));
        CHECK_EQ(time_map_forward(&map, at, 3600 * i, at + MSEC(i + 30)), sent[i]);
        for (unsigned back = 0; back <= i && back < 40; back++)
            CHECK_EQ(time_map_forward(&map, at, 3600 * (i - back), at), sent[i - back]);
    }
    CHECK(map.step_count > 4);
}

TEST(sound_is_moved_in_a_pause)
{
    struct time_map map;
    uint32_t out;

    time_map_init(&map, 48000, 0);
    out = time_map_forward(&map, SEC(10), 0, SEC(10));
    out = time_map_forward(&map, SEC(10) + MSEC(20), 960, SEC(10) + MSEC(35));
    CHECK_EQ(off_line(&map, out, SEC(10) + MSEC(35)), 15 * 48); // not a tick within speech
    out = time_map_forward(&map, SEC(11), 48000, SEC(11) + MSEC(15));
    CHECK_EQ(off_line(&map, out, SEC(11) + MSEC(15)), 0);
}

TEST(sound_without_pauses_is_moved_rarely)
{
    struct time_map map;
    unsigned moves = 0;
    unsigned last_move = 0;
    uint32_t last;

    time_map_init(&map, 48000, 0);
    last = time_map_forward(&map, SEC(10), 0, SEC(10));
    for (unsigned i = 1; i < 1000; i++) { // 20 s, 45 ms off
        const usec at = SEC(10) + MSEC(20) * i;
        const uint32_t out = time_map_forward(&map, at, 960 * i, at - MSEC(45));
        CHECK(out - last == 960 || out - last == 480);
        if (out - last == 480) {
            CHECK(i - last_move >= 100); // 2 s
            last_move = i;
            moves++;
        }
        last = out;
    }
    CHECK_EQ(moves, 3); // until it is less than 20 ms off
}

TEST(a_leap_of_the_sender_is_followed_at_once)
{
    struct time_map map;
    uint32_t out;

    time_map_init(&map, 90000, 0);
    (void)time_map_forward(&map, SEC(10), 0, SEC(10));
    out = time_map_forward(&map, SEC(11), 1u << 30, SEC(11));
    CHECK_EQ(off_line(&map, out, SEC(11)), 0);
}

TEST(a_day_without_steps_keeps_late_packets_right)
{
    struct time_map map;
    uint32_t sent[2] = {0};

    time_map_init(&map, 90000, 0);
    for (unsigned second = 0; second < 86400; second++) {
        const usec at = SEC(second) + (second > 5 ? MSEC(20) : 0); // some steps at the beginning
        const uint32_t in = second * 90000u;
        sent[second & 1] = time_map_forward(&map, at, in, at);
        if (second > 0)
            CHECK_EQ(time_map_forward(&map, at, in - 90000u, at), sent[(second - 1) & 1]);
    }
}
