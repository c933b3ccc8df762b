// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/sender_clock_test.c - capture times on our clock.
#include "sfu/sender_clock.h"

#include "support/check.h"
#include "support/random.h"

#define MINUTES(n) SEC(60 * (n))

static usec distance(usec a, usec b)
{
    return a < b ? b - a : a - b;
}

TEST(the_first_report_sets_the_offset)
{
    struct sender_clock clock = {0};

    sender_clock_reported(&clock, SEC(10), SEC(1000000));
    CHECK(clock.known);
    CHECK_EQ(clock.offset, SEC(10) - SEC(1000000));
}

TEST(the_offset_moves_slowly)
{
    struct sender_clock clock = {0};

    sender_clock_reported(&clock, SEC(10), SEC(110));
    const usec before = clock.offset;
    sender_clock_reported(&clock, SEC(11), SEC(111) + MSEC(100)); // a faster report
    CHECK_EQ(clock.offset, before - MSEC(5));
    sender_clock_reported(&clock, SEC(12), SEC(112) - MSEC(300)); // one held up
    CHECK_EQ(clock.offset, before - MSEC(4));
}

TEST(a_clock_that_was_set_is_believed_the_second_time)
{
    struct sender_clock clock = {0};

    sender_clock_reported(&clock, SEC(10), SEC(110));
    sender_clock_reported(&clock, SEC(11), SEC(5000));
    CHECK_EQ(clock.offset, -SEC(100));
    sender_clock_reported(&clock, SEC(12), SEC(112)); // it was a stray
    sender_clock_reported(&clock, SEC(13), SEC(5002));
    CHECK_EQ(clock.offset, -SEC(100));
    sender_clock_reported(&clock, SEC(14), SEC(5003));
    CHECK_EQ(clock.offset, SEC(14) - SEC(5003));
}

TEST(without_reports_capture_follows_the_fastest_arrival)
{
    struct stream_clock stream;
    const struct sender_clock clock = {0};
    struct random random = random_seeded(5);
    uint32_t timestamp = UINT32_MAX - 90000;

    stream_clock_init(&stream, 90000);
    for (usec at = SEC(1); at < SEC(31); at += MSEC(40)) {
        const usec delay = MSEC(random_below(&random, 30));
        const usec capture = stream_clock_capture(&stream, &clock, at + delay, timestamp);
        CHECK(capture <= at + delay);
        if (at > SEC(5)) // by now a fast one was there
            CHECK(distance(capture, at) <= MSEC(5));
        timestamp += 3600;
    }
}

TEST(with_reports_sound_and_picture_of_one_instant_have_one_capture_time)
{
    struct stream_clock audio;
    struct stream_clock video;
    struct sender_clock clock = {0};
    const usec theirs = MINUTES(7000000); // their clock minus ours

    stream_clock_init(&audio, 48000);
    stream_clock_init(&video, 90000);
    sender_clock_reported(&clock, SEC(50), SEC(50) + theirs - MSEC(20));
    stream_clock_reported(&audio, SEC(50) + theirs, 4294960000u);
    stream_clock_reported(&video, SEC(50) + theirs + MSEC(3), 17);
    const usec sound =
        stream_clock_capture(&audio, &clock, SEC(51) + MSEC(25), 4294960000u + 48000);
    const usec sight = stream_clock_capture(&video, &clock, SEC(51) + MSEC(90), 17 + 90000 - 270);
    CHECK(distance(sound, sight) <= 20); // a tick
    CHECK_EQ(sound, SEC(51) + MSEC(20));
}

TEST(a_report_that_contradicts_arrival_is_not_believed)
{
    struct stream_clock stream;
    struct sender_clock clock = {0};

    stream_clock_init(&stream, 90000);
    sender_clock_reported(&clock, SEC(50), SEC(1000));
    stream_clock_reported(&stream, SEC(1000), 900000);
    CHECK_EQ(stream_clock_capture(&stream, &clock, SEC(50), 0), SEC(50));
    CHECK_EQ(stream_clock_capture(&stream, &clock, SEC(50), 900000 - 90000), SEC(49));
}

TEST(leaping_timestamps_never_leave_the_neighbourhood_of_arrival)
{
    struct stream_clock stream;
    struct sender_clock clock = {0};
    struct random random = random_seeded(6);

    stream_clock_init(&stream, 48000);
    for (usec now = SEC(1); now < SEC(200); now += MSEC(20)) {
        if (random_chance(&random, 100000)) {
            const usec sent_at = (usec)(random_u64(&random) % (1ull << 52));
            sender_clock_reported(&clock, now, sent_at);
            stream_clock_reported(&stream, sent_at, random_u32(&random));
        }
        const usec capture = stream_clock_capture(&stream, &clock, now, random_u32(&random));
        CHECK(distance(capture, now) <= SEC(10));
    }
}
