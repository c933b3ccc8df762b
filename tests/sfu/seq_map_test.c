// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/seq_map_test.c - numbers of a slot: contiguous, unique, and known afterwards.
#include "sfu/seq_map.h"

#include "base/mem.h"
#include "support/check.h"

#define NOTHING (-1)

static int send_marked(struct seq_map *map, uint16_t in_seq, bool marker)
{
    uint16_t out;

    if (!seq_map_place(map, in_seq, &out))
        return NOTHING;
    seq_map_sent(map, out, &(struct seq_sent){.stream = 9, .in_seq = in_seq, .marker = marker});
    return out;
}

static int send(struct seq_map *map, uint16_t in_seq)
{
    return send_marked(map, in_seq, true);
}

TEST(numbers_follow_each_other_over_wraps)
{
    struct seq_map *map = seq_map_create(64, 65000);

    CHECK(!seq_map_is_started(map));
    CHECK_EQ(send(map, 30000), NOTHING);
    seq_map_switch(map, 65500);
    for (unsigned i = 0; i < 70000; i++)
        CHECK_EQ(send(map, (uint16_t)(65500 + i)), (uint16_t)(65000 + i));
    seq_map_destroy(map);
}

TEST(a_missing_packet_keeps_its_place)
{
    struct seq_map *map = seq_map_create(64, 100);

    seq_map_switch(map, 65534);
    CHECK_EQ(send(map, 65534), 100);
    CHECK(!seq_map_is_next(map, 0));
    CHECK_EQ(send(map, 0), 102);
    CHECK(!seq_map_is_ahead(map, 65535));
    CHECK_EQ(send(map, 65535), 101);
    CHECK_EQ(send(map, 1), 103);
    seq_map_destroy(map);
}

TEST(a_duplicate_is_not_sent_twice)
{
    struct seq_map *map = seq_map_create(64, 0);

    seq_map_switch(map, 10);
    CHECK_EQ(send(map, 10), 0);
    CHECK_EQ(send(map, 11), 1);
    CHECK_EQ(send(map, 10), NOTHING);
    CHECK_EQ(send(map, 11), NOTHING);
    seq_map_destroy(map);
}

TEST(a_dropped_packet_leaves_no_hole)
{
    struct seq_map *map = seq_map_create(64, 0);

    seq_map_switch(map, 10);
    CHECK_EQ(send(map, 10), 0);
    CHECK(seq_map_drop(map, 11, false));
    CHECK(seq_map_drop(map, 12, false));
    CHECK_EQ(send(map, 13), 1);
    CHECK(seq_map_drop(map, 14, false));
    CHECK_EQ(send(map, 15), 2);
    CHECK_EQ(send(map, 11), NOTHING); // duplicates of dropped ones
    CHECK_EQ(send(map, 12), NOTHING);
    CHECK_EQ(send(map, 14), NOTHING);
    CHECK_EQ(send(map, 13), NOTHING);
    seq_map_destroy(map);
}

TEST(dropping_keeps_the_places_of_missing_packets)
{
    struct seq_map *map = seq_map_create(64, 0);

    seq_map_switch(map, 10);
    CHECK_EQ(send(map, 10), 0);
    CHECK(seq_map_drop(map, 13, false)); // 11 and 12 are missing
    CHECK_EQ(send(map, 14), 3);
    CHECK_EQ(send(map, 12), 2);
    CHECK_EQ(send(map, 11), 1);
    CHECK_EQ(send(map, 13), NOTHING);
    seq_map_destroy(map);
}

TEST(dropping_with_what_is_missing_before_leaves_no_hole)
{
    struct seq_map *map = seq_map_create(64, 0);

    seq_map_switch(map, 10);
    CHECK_EQ(send(map, 10), 0);
    CHECK(seq_map_drop(map, 13, true));
    CHECK(seq_map_drop(map, 15, true));
    CHECK_EQ(send(map, 16), 1);
    CHECK_EQ(send(map, 11), NOTHING);
    CHECK_EQ(send(map, 14), NOTHING);
    seq_map_destroy(map);
}

TEST(a_late_packet_cannot_be_dropped_any_more)
{
    struct seq_map *map = seq_map_create(64, 0);

    CHECK(!seq_map_drop(map, 3, false)); // nor one before the beginning
    seq_map_switch(map, 10);
    CHECK_EQ(send(map, 10), 0);
    CHECK_EQ(send(map, 12), 2);
    CHECK(!seq_map_drop(map, 11, false));
    CHECK_EQ(send(map, 11), 1);
    seq_map_destroy(map);
}

TEST(late_packets_find_the_place_of_their_region)
{
    struct seq_map *map = seq_map_create(256, 0);

    // Every third packet is dropped; of the others every fifth comes late.
    seq_map_switch(map, 0);
    for (unsigned in = 0; in < 180; in++) {
        if (in % 3 == 2)
            CHECK(seq_map_drop(map, (uint16_t)in, false));
        else if (in % 5 != 4)
            CHECK_EQ(send(map, (uint16_t)in), (int)(in - in / 3));
    }
    for (unsigned in = 4; in < 180; in += 5)
        if (in % 3 != 2)
            CHECK_EQ(send(map, (uint16_t)in), (int)(in - in / 3));
    seq_map_destroy(map);
}

TEST(a_switch_after_a_whole_picture_follows_directly)
{
    struct seq_map *map = seq_map_create(64, 0);

    seq_map_switch(map, 10);
    CHECK_EQ(send_marked(map, 10, false), 0);
    CHECK_EQ(send_marked(map, 11, true), 1);
    seq_map_switch(map, 50000);
    CHECK_EQ(send(map, 50000), 2);
    CHECK_EQ(send(map, 49999), NOTHING); // older than the switch
    seq_map_destroy(map);
}

TEST(a_switch_within_a_picture_leaves_one_hole)
{
    struct seq_map *map = seq_map_create(64, 0);

    seq_map_switch(map, 10);
    CHECK_EQ(send_marked(map, 10, false), 0);
    seq_map_switch(map, 700);
    seq_map_switch(map, 800); // once, not twice
    CHECK_EQ(send(map, 800), 2);
    seq_map_destroy(map);
}

TEST(a_marker_that_is_missing_at_the_switch_counts_as_incomplete)
{
    struct seq_map *map = seq_map_create(64, 0);

    seq_map_switch(map, 10);
    CHECK_EQ(send_marked(map, 10, true), 0);
    CHECK(seq_map_drop(map, 12, false)); // 11 is missing and keeps 1
    seq_map_switch(map, 700);
    CHECK_EQ(send(map, 700), 3);
    seq_map_destroy(map);
}

TEST(what_was_sent_is_known_until_its_entry_is_needed)
{
    struct seq_map *map = seq_map_create(16, 65530);

    seq_map_switch(map, 5);
    for (uint16_t in = 5; in < 45; in++)
        CHECK(send(map, in) != NOTHING);
    CHECK_EQ(seq_map_highest(map), (uint16_t)(65530 + 39));
    for (unsigned back = 0; back < 40; back++) {
        const struct seq_sent *sent = seq_map_find(map, (uint16_t)(65530 + 39 - back));
        CHECK_EQ(sent != NULL, back < 16);
        if (sent)
            CHECK_EQ(sent->in_seq, 44 - back);
    }
    CHECK_EQ(send(map, 44 - 16), NOTHING); // too old to know whether it was sent
    seq_map_destroy(map);
}

TEST(what_was_sent_before_a_switch_can_be_sent_again)
{
    struct seq_map *map = seq_map_create(64, 0);

    seq_map_switch(map, 10);
    CHECK_EQ(send(map, 10), 0);
    seq_map_switch(map, 900);
    CHECK_EQ(send(map, 900), 1);
    CHECK(seq_map_find(map, 0));
    CHECK_EQ(seq_map_find(map, 0)->in_seq, 10);
    seq_map_destroy(map);
}

static bool resend(struct seq_map *map, uint16_t out_seq, usec now)
{
    if (!seq_map_may_resend(map, out_seq, now, MSEC(20)))
        return false;
    seq_map_resent(map, out_seq, now);
    return true;
}

TEST(the_same_packet_is_sent_again_once_per_interval)
{
    struct seq_map *map = seq_map_create(64, 0);

    seq_map_switch(map, 10);
    CHECK_EQ(send(map, 10), 0);
    CHECK(!resend(map, 1, SEC(1)));
    CHECK(resend(map, 0, SEC(1)));
    CHECK(!resend(map, 0, SEC(1) + MSEC(19)));
    CHECK(resend(map, 0, SEC(1) + MSEC(20)));
    CHECK(seq_map_may_resend(map, 0, SEC(2), MSEC(20))); // asking changes nothing
    CHECK(seq_map_may_resend(map, 0, SEC(2), MSEC(20)));
    seq_map_destroy(map);
}

TEST(a_leap_ahead_leaves_one_hole)
{
    struct seq_map *map = seq_map_create(64, 0);

    seq_map_switch(map, 10);
    CHECK_EQ(send(map, 10), 0);
    CHECK_EQ(send(map, 5000), 2);
    CHECK_EQ(send(map, 5001), 3);
    CHECK_EQ(send(map, 4999), NOTHING);
    CHECK(seq_map_drop(map, 9000, false));
    CHECK_EQ(send(map, 9000), NOTHING);
    CHECK_EQ(send(map, 9001), 5);
    seq_map_destroy(map);
}

TEST(a_number_is_not_taken_for_the_one_of_the_round_before)
{
    struct seq_map *map = seq_map_create(64, 0);

    seq_map_switch(map, 0);
    for (unsigned in = 0; in < 65536 + 10; in++)
        if (in == 5 || in % 64 != 5)
            CHECK(send(map, (uint16_t)in) != NOTHING);
    CHECK(!seq_map_find(map, 5));
    CHECK_EQ(send(map, 5), 5);
    seq_map_destroy(map);
}

TEST(an_hour_of_silence_closes_up)
{
    struct seq_map *map = seq_map_create(64, 7);

    seq_map_switch(map, 10);
    CHECK_EQ(send(map, 10), 7);
    for (unsigned i = 11; i < 180011; i++)
        CHECK(seq_map_drop(map, (uint16_t)i, true));
    CHECK_EQ(send(map, (uint16_t)180011), 8);
    CHECK_EQ(send(map, (uint16_t)180005), NOTHING);
    seq_map_destroy(map);
}

TEST(it_is_known_what_was_sent_again_and_what_never_will_be)
{
    struct seq_map *map = seq_map_create(64, 0);

    seq_map_switch(map, 10);
    for (uint16_t in = 10; in < 14; in++)
        CHECK(send(map, in) != NOTHING);
    CHECK(!seq_map_was_resent(map, 1));
    CHECK(resend(map, 1, SEC(1)));
    CHECK(seq_map_was_resent(map, 1));
    CHECK(!seq_map_was_resent(map, 2));
    CHECK(!seq_map_was_resent(map, 1 + 64)); // of another round
    seq_map_forget(map, 2);
    CHECK(!seq_map_find(map, 2));
    CHECK(!resend(map, 2, SEC(1)));
    CHECK(seq_map_find(map, 1) && seq_map_find(map, 3));
    seq_map_forget(map, 3 + 64);
    CHECK(seq_map_find(map, 3));
    CHECK_EQ(send(map, 14), 4); // its number is not given to another
    seq_map_destroy(map);
}

TEST(without_memory_there_is_no_map)
{
    mem_fail_at(1);
    CHECK(!seq_map_create(64, 0));
    mem_fail_at(0);
    seq_map_destroy(NULL);
}

TEST(a_map_that_grows_forgets_nothing)
{
    struct seq_map *map = seq_map_create(16, 65530);

    seq_map_switch(map, 100);
    for (uint16_t i = 100; i < 120; i++)
        CHECK(i == 110 ? seq_map_drop(map, i, false) : send(map, i) != NOTHING);
    CHECK_EQ(send(map, 121), 14); // 120 may still come
    CHECK(resend(map, 9, SEC(1)));
    mem_fail_at(1);
    map = seq_map_grow(map, 64);
    mem_fail_at(0);
    CHECK(!seq_map_find(map, 65534)); // no memory: as it was
    map = seq_map_grow(seq_map_grow(map, 16), 64);
    CHECK_EQ(seq_map_highest(map), 14);
    CHECK(!seq_map_find(map, 65534)); // was forgotten before
    CHECK_EQ(seq_map_find(map, 65535)->in_seq, 105);
    CHECK_EQ(seq_map_find(map, 12)->in_seq, 119);
    CHECK(seq_map_was_resent(map, 9));
    CHECK(!seq_map_was_resent(map, 10));
    CHECK(!seq_map_find(map, 13));
    CHECK_EQ(send(map, 120), 13);
    CHECK_EQ(send(map, 110), NOTHING); // dropped on purpose
    CHECK_EQ(send(map, 113), NOTHING); // sent already
    for (uint16_t i = 122; i < 160; i++)
        CHECK(send(map, i) != NOTHING);
    CHECK_EQ(seq_map_find(map, 14)->in_seq, 121); // 38 back
    seq_map_destroy(map);
}
