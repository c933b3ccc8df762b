// SPDX-License-Identifier: AGPL-3.0-or-later
// host/crossing_test.c - what is handed over arrives once, at those it is for; pictures give way first.
#include "host/crossing.h"

#include "support/check.h"

#include <poll.h>
#include <string.h>

#define THREADS 3

static void open_all(struct crossing *all[static THREADS])
{
    for (unsigned i = 0; i < THREADS; i++)
        CHECK_EQ(crossing_create(&all[i], i, THREADS), ERR_OK);
    for (unsigned i = 0; i < THREADS; i++)
        for (unsigned j = 0; j < THREADS; j++)
            CHECK(i == j || crossing_connect(all[i], all[j]) == ERR_OK);
}

static void close_all(struct crossing *all[static THREADS])
{
    for (unsigned i = 0; i < THREADS; i++)
        crossing_destroy(all[i]);
}

static bool is_woken(const struct crossing *c)
{
    struct pollfd look = {.fd = crossing_descriptor(c), .events = POLLIN};

    return poll(&look, 1, 0) == 1;
}

static struct sfu_copy packet(uint32_t to, bool is_picture, struct bytes payload)
{
    struct sfu_copy copy = {.kind = COPY_PACKET, .to = to, .router = 7, .payload = payload};

    copy.packet.is_picture = is_picture;
    return copy;
}

static bool take(struct crossing *c, struct crossed *crossed)
{
    (void)crossing_look(c);
    return crossing_take(c, crossed);
}

TEST(a_copy_arrives_at_each_thread_it_is_for_and_at_no_other)
{
    const struct sfu_copy copy = packet(1u << 1, false, bytes_of_string("sound"));
    struct crossing *all[THREADS];
    struct crossed crossed;

    open_all(all);
    crossing_copy(all[0], &copy);
    CHECK(!take(all[1], &crossed)); // not before it is published
    CHECK(!is_woken(all[1]));
    crossing_publish(all[0]);
    CHECK(is_woken(all[1]));
    CHECK(!is_woken(all[2]));
    crossing_hear(all[1]);
    CHECK(!is_woken(all[1]));
    CHECK(take(all[1], &crossed));
    CHECK_EQ(crossed.kind, CROSSED_COPY);
    CHECK_EQ(crossed.from, 0);
    CHECK_EQ(crossed.copy.router, 7);
    CHECK(bytes_equal(crossed.copy.payload, bytes_of_string("sound")));
    CHECK(!take(all[1], &crossed));
    CHECK(!take(all[2], &crossed));
    close_all(all);
}

TEST(a_turn_wakes_another_thread_once)
{
    const struct sfu_copy copy = packet(1u << 1 | 1u << 2, false, bytes_of_string("sound"));
    struct crossing *all[THREADS];

    open_all(all);
    for (int i = 0; i < 50; i++)
        crossing_copy(all[0], &copy);
    crossing_publish(all[0]);
    crossing_publish(all[0]); // nothing new
    CHECK_EQ(crossing_counters(all[0])->wakes, 2);
    CHECK_EQ(crossing_counters(all[0])->sent, 100);
    close_all(all);
}

TEST(a_full_ring_drops_pictures_before_sounds_and_sounds_before_words)
{
    static const uint8_t bytes[1200];
    const struct sfu_copy picture = packet(1u << 1, true, bytes_of(bytes, sizeof bytes));
    const struct sfu_copy sound = packet(1u << 1, false, bytes_of(bytes, 100));
    const struct sfu_copy word = {.kind = COPY_GONE, .to = 1u << 1};
    struct crossing *all[THREADS];

    open_all(all);
    while (!crossing_counters(all[0])->pictures_dropped)
        crossing_copy(all[0], &picture);
    crossing_copy(all[0], &sound);
    CHECK_EQ(crossing_counters(all[0])->sounds_dropped, 0);
    while (!crossing_counters(all[0])->sounds_dropped)
        crossing_copy(all[0], &sound);
    for (int i = 0; i < 100; i++)
        crossing_copy(all[0], &word);
    CHECK_EQ(crossing_counters(all[0])->others_dropped, 0);
    crossing_copy(all[2], &picture); // another thread's ring is not this one's
    CHECK_EQ(crossing_counters(all[2])->pictures_dropped, 0);
    close_all(all);
}

TEST(a_datagram_and_words_on_its_path_are_handed_over)
{
    uint8_t bytes[] = "datagram";
    const struct datagram in = {
        .path = {.local = address_v4(10, 0, 0, 1, 8443), .remote = address_v4(10, 0, 0, 2, 5000)},
        .at = bytes,
        .len = sizeof bytes};
    struct crossing *all[THREADS];
    struct crossed crossed;

    open_all(all);
    crossing_pass(all[2], 0, &in, true);
    crossing_tell(all[2], 0, CROSSED_MINE, &in.path);
    crossing_publish(all[2]);
    CHECK(take(all[0], &crossed));
    CHECK_EQ(crossed.kind, CROSSED_DATAGRAM);
    CHECK(crossed.asks);
    CHECK_EQ(crossed.from, 2);
    CHECK(path_equal(&crossed.path, &in.path));
    CHECK(bytes_equal(crossed.bytes, bytes_of(bytes, sizeof bytes)));
    CHECK(take(all[0], &crossed));
    CHECK_EQ(crossed.kind, CROSSED_MINE);
    CHECK(path_equal(&crossed.path, &in.path));
    close_all(all);
}

TEST(no_thread_keeps_the_others_waiting)
{
    const struct sfu_copy copy = packet(1, false, bytes_of_string("sound"));
    struct crossing *all[THREADS];
    struct crossed crossed;

    open_all(all);
    for (int i = 0; i < 10; i++)
        crossing_copy(all[1], &copy);
    crossing_copy(all[2], &copy);
    crossing_publish(all[1]);
    crossing_publish(all[2]);
    (void)crossing_look(all[0]);
    CHECK(crossing_take(all[0], &crossed) && crossing_take(all[0], &crossed));
    CHECK_EQ(crossed.from, 2);
    close_all(all);
}
