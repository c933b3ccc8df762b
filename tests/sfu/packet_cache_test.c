// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/packet_cache_test.c - what is kept, and for how long.
#include "sfu/packet_cache.h"

#include "base/mem.h"
#include "support/check.h"
#include "support/random.h"

#include <string.h>

static struct bytes packet_of(uint8_t *memory, size_t len, uint8_t fill)
{
    memset(memory, fill, len);
    return bytes_of(memory, len);
}

static bool holds(const struct packet_cache *cache, uint16_t seq, size_t len, uint8_t fill)
{
    struct cached_packet found;

    if (!packet_cache_find(cache, seq, &found) || found.packet.len != len)
        return false;
    for (size_t i = 0; i < len; i++)
        if (found.packet.at[i] != fill)
            return false;
    return true;
}

TEST(a_kept_packet_is_found_with_its_arrival)
{
    struct packet_cache *cache = packet_cache_create(4096, 16);
    struct cached_packet found;
    uint8_t memory[100];

    packet_cache_put(cache, 65535, MSEC(7), packet_of(memory, 100, 0xab));
    memset(memory, 0, sizeof memory); // the cache has a copy
    CHECK(holds(cache, 65535, 100, 0xab));
    CHECK(packet_cache_find(cache, 65535, &found));
    CHECK_EQ(found.received_at, MSEC(7));
    CHECK(!packet_cache_find(cache, 0, &found));
    CHECK(!packet_cache_find(cache, 15, &found));
    packet_cache_destroy(cache);
}

TEST(an_empty_cache_finds_nothing)
{
    struct packet_cache *cache = packet_cache_create(1024, 8);
    struct cached_packet found;

    CHECK(!packet_cache_find(cache, 0, &found));
    packet_cache_destroy(cache);
    packet_cache_destroy(NULL);
}

TEST(old_bytes_make_room_for_new_ones)
{
    struct packet_cache *cache = packet_cache_create(1000, 64);
    uint8_t memory[100];

    for (uint16_t seq = 0; seq < 15; seq++)
        packet_cache_put(cache, seq, 0, packet_of(memory, 100, (uint8_t)seq));
    for (uint16_t seq = 0; seq < 15; seq++)
        CHECK_EQ(holds(cache, seq, 100, (uint8_t)seq), seq >= 5);
    packet_cache_destroy(cache);
}

TEST(old_numbers_make_room_for_new_ones)
{
    struct packet_cache *cache = packet_cache_create(65536, 8);
    uint8_t memory[10];

    for (unsigned i = 0; i < 20; i++)
        packet_cache_put(cache, (uint16_t)(65530 + i), 0, packet_of(memory, 10, (uint8_t)i));
    for (unsigned i = 0; i < 20; i++)
        CHECK_EQ(holds(cache, (uint16_t)(65530 + i), 10, (uint8_t)i), i >= 12);
    packet_cache_destroy(cache);
}

TEST(a_late_packet_is_kept_unless_a_newer_one_has_its_place)
{
    struct packet_cache *cache = packet_cache_create(65536, 8);
    uint8_t memory[10];

    packet_cache_put(cache, 20, 0, packet_of(memory, 10, 20));
    packet_cache_put(cache, 22, 0, packet_of(memory, 10, 22));
    packet_cache_put(cache, 21, 0, packet_of(memory, 10, 21));
    packet_cache_put(cache, 12, 0, packet_of(memory, 10, 12)); // the place of 20
    CHECK(holds(cache, 21, 10, 21));
    CHECK(holds(cache, 20, 10, 20));
    CHECK(!holds(cache, 12, 10, 12));
    packet_cache_destroy(cache);
}

TEST(a_duplicate_does_not_replace_the_packet)
{
    struct packet_cache *cache = packet_cache_create(65536, 8);
    uint8_t memory[10];

    packet_cache_put(cache, 3, 0, packet_of(memory, 10, 1));
    packet_cache_put(cache, 3, MSEC(100), packet_of(memory, 10, 2));
    CHECK(holds(cache, 3, 10, 1));
    packet_cache_put(cache, 3, SEC(60), packet_of(memory, 10, 3)); // the number came round again
    CHECK(holds(cache, 3, 10, 3));
    packet_cache_destroy(cache);
}

TEST(a_sender_that_counts_anew_is_kept_again)
{
    struct packet_cache *cache = packet_cache_create(65536, 8);
    uint8_t memory[10];

    for (uint16_t seq = 20000; seq < 20008; seq++)
        packet_cache_put(cache, seq, 0, packet_of(memory, 10, 1));
    packet_cache_put(cache, 100, 0, packet_of(memory, 10, 2));
    CHECK(holds(cache, 100, 10, 2));
    packet_cache_destroy(cache);
}

TEST(giants_and_empty_packets_are_not_kept)
{
    struct packet_cache *cache = packet_cache_create(400, 8);
    uint8_t memory[200];

    packet_cache_put(cache, 1, 0, packet_of(memory, 101, 1));
    packet_cache_put(cache, 2, 0, packet_of(memory, 0, 1));
    packet_cache_put(cache, 3, 0, packet_of(memory, 100, 1));
    CHECK(!holds(cache, 1, 101, 1));
    CHECK(!holds(cache, 2, 0, 1));
    CHECK(holds(cache, 3, 100, 1));
    packet_cache_destroy(cache);
}

TEST(whatever_is_found_is_what_was_put)
{
    struct random random = random_seeded(1);
    struct packet_cache *cache = packet_cache_create(10000, 64);
    size_t lens[65536] = {0};
    uint8_t memory[1500];
    unsigned found = 0;
    uint16_t seq = 65000;

    const size_t before = mem_allocations();
    for (int turn = 0; turn < 20000; turn++) {
        seq = (uint16_t)(seq + random_below(&random, 3));
        const uint16_t at = (uint16_t)(seq - random_below(&random, 5));
        const size_t len = 1 + random_below(&random, 1500);
        if (lens[at] == 0 || random_chance(&random, 900000)) {
            lens[at] = lens[at] ? lens[at] : len;
            packet_cache_put(cache, at, turn, packet_of(memory, lens[at], (uint8_t)(at * 7)));
        }
        const uint16_t asked = (uint16_t)(seq - random_below(&random, 40));
        struct cached_packet got;
        if (packet_cache_find(cache, asked, &got)) {
            found++;
            CHECK(holds(cache, asked, lens[asked], (uint8_t)(asked * 7)));
        }
    }
    CHECK(found > 2000);
    CHECK_EQ(mem_allocations(), before); // the path of packets allocates nothing
    packet_cache_destroy(cache);
}

TEST(without_memory_there_is_no_cache)
{
    for (size_t n = 1; n <= 3; n++) {
        mem_fail_at(n);
        CHECK(!packet_cache_create(1000, 8));
    }
    mem_fail_at(0);
}
