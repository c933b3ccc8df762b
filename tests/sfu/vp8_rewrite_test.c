// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/vp8_rewrite_test.c - picture numbers of a slot go up by one per picture shown.
#include "sfu/vp8_rewrite.h"

#include "support/check.h"

static struct vp8_view picture(uint16_t id, uint8_t tl0, uint8_t key_index, uint8_t tid)
{
    return (struct vp8_view){.has_picture_id = true,
                             .picture_id_is_long = true,
                             .has_tl0 = true,
                             .has_tid = true,
                             .has_key_index = true,
                             .picture_id = id & VP8_PICTURE_ID_MASK,
                             .tl0 = tl0,
                             .key_index = key_index & VP8_KEY_INDEX_MASK,
                             .tid = tid};
}

// The PictureID sent, or -1.
static int forward(struct vp8_rewrite *r, struct vp8_view vp8, bool ahead)
{
    struct vp8_ids ids;

    return vp8_rewrite_forward(r, &vp8, (uint32_t)vp8.picture_id * 3000, ahead, &ids)
               ? ids.picture_id
               : -1;
}

static void switch_to(struct vp8_rewrite *r, struct vp8_view vp8)
{
    vp8_rewrite_switch(r, &vp8, (uint32_t)vp8.picture_id * 3000);
}

static bool drop(struct vp8_rewrite *r, struct vp8_view vp8)
{
    return vp8_rewrite_drop(r, &vp8, (uint32_t)vp8.picture_id * 3000);
}

TEST(nothing_is_sent_before_the_first_switch)
{
    struct vp8_rewrite r = {0};

    CHECK_EQ(forward(&r, picture(1, 0, 0, 0), true), -1);
    CHECK(!drop(&r, picture(1, 0, 0, 0)));
}

TEST(all_packets_of_a_picture_have_its_number_and_the_next_has_one_more)
{
    struct vp8_rewrite r = {0};

    switch_to(&r, picture(0x7ffe, 0, 0, 0));
    for (unsigned i = 0; i < 100000; i++) {
        const struct vp8_view vp8 = picture((uint16_t)(0x7ffe + i), (uint8_t)i, (uint8_t)i, 0);
        CHECK_EQ(forward(&r, vp8, true), (0x7ffe + i) & 0x7fff);
        CHECK_EQ(forward(&r, vp8, true), (0x7ffe + i) & 0x7fff);
    }
}

TEST(a_switch_goes_on_by_one_in_all_three_numbers)
{
    struct vp8_rewrite r = {0};
    struct vp8_view next = picture(12, 77, 31, 0);
    struct vp8_ids ids;

    switch_to(&r, picture(0x7fff, 255, 31, 0));
    CHECK_EQ(forward(&r, picture(0x7fff, 255, 31, 0), true), 0x7fff);
    switch_to(&r, next);
    CHECK(vp8_rewrite_forward(&r, &next, 0, true, &ids));
    CHECK_EQ(ids.picture_id, 0);
    CHECK_EQ(ids.tl0, 0);
    CHECK_EQ(ids.key_index, 0);
    next = picture(13, 78, 0, 0);
    CHECK(vp8_rewrite_forward(&r, &next, 0, true, &ids));
    CHECK_EQ(ids.picture_id, 1);
    CHECK_EQ(ids.tl0, 1);
    CHECK_EQ(ids.key_index, 1);
}

TEST(a_dropped_picture_leaves_no_hole)
{
    struct vp8_rewrite r = {0};

    switch_to(&r, picture(100, 0, 0, 0));
    CHECK_EQ(forward(&r, picture(100, 0, 0, 0), true), 100);
    CHECK(drop(&r, picture(101, 0, 0, 2)));
    CHECK(drop(&r, picture(101, 0, 0, 2))); // its second packet
    CHECK_EQ(forward(&r, picture(102, 0, 0, 1), true), 101);
    CHECK(drop(&r, picture(103, 0, 0, 2)));
    CHECK_EQ(forward(&r, picture(104, 1, 0, 0), true), 102);
    CHECK_EQ(forward(&r, picture(101, 0, 0, 2), false), -1);
    CHECK_EQ(forward(&r, picture(103, 0, 0, 2), false), -1);
    CHECK_EQ(forward(&r, picture(102, 0, 0, 1), false), 101);
}

TEST(missed_pictures_keep_their_numbers_for_when_they_come_late)
{
    struct vp8_rewrite r = {0};

    switch_to(&r, picture(100, 0, 0, 0));
    CHECK_EQ(forward(&r, picture(100, 0, 0, 0), true), 100);
    CHECK(drop(&r, picture(101, 0, 0, 2)));
    CHECK_EQ(forward(&r, picture(104, 1, 0, 0), true), 103);
    CHECK(drop(&r, picture(105, 1, 0, 2)));
    CHECK_EQ(forward(&r, picture(106, 1, 0, 1), true), 104);
    CHECK_EQ(forward(&r, picture(102, 0, 0, 1), false), 101);
    CHECK_EQ(forward(&r, picture(103, 0, 0, 1), false), 102);
}

TEST(a_picture_that_has_its_number_cannot_be_dropped)
{
    struct vp8_rewrite r = {0};

    switch_to(&r, picture(100, 0, 0, 0));
    CHECK_EQ(forward(&r, picture(100, 0, 0, 0), true), 100);
    CHECK_EQ(forward(&r, picture(102, 0, 0, 0), true), 102);
    CHECK(!drop(&r, picture(102, 0, 0, 0)));
    CHECK(!drop(&r, picture(101, 0, 0, 0)));
    CHECK_EQ(forward(&r, picture(101, 0, 0, 0), false), 101);
}

TEST(what_was_decided_about_a_picture_is_known)
{
    struct vp8_rewrite r = {0};
    const struct vp8_view sent = picture(5, 0, 0, 0);
    const struct vp8_view dropped = picture(6, 0, 0, 2);
    const struct vp8_view coming = picture(7, 0, 0, 1);

    CHECK_EQ(vp8_rewrite_fate(&r, &sent, 0), VP8_UNKNOWN);
    switch_to(&r, sent);
    CHECK_EQ(vp8_rewrite_fate(&r, &sent, 0), VP8_UNKNOWN);
    CHECK_EQ(forward(&r, sent, true), 5);
    CHECK(drop(&r, dropped));
    CHECK_EQ(vp8_rewrite_fate(&r, &sent, 0), VP8_FORWARDED);
    CHECK_EQ(vp8_rewrite_fate(&r, &dropped, 0), VP8_DROPPED);
    CHECK_EQ(vp8_rewrite_fate(&r, &coming, 0), VP8_UNKNOWN);
}

TEST(pictures_of_before_the_switch_are_not_sent)
{
    struct vp8_rewrite r = {0};

    switch_to(&r, picture(100, 0, 0, 0));
    CHECK_EQ(forward(&r, picture(100, 0, 0, 0), true), 100);
    switch_to(&r, picture(103, 0, 0, 0));
    CHECK_EQ(forward(&r, picture(103, 0, 0, 0), true), 101);
    CHECK_EQ(forward(&r, picture(102, 0, 0, 0), false), -1);
    CHECK_EQ(forward(&r, picture(100, 0, 0, 0), false), -1);
}

TEST(a_sender_whose_numbers_leap_is_followed_with_one_hole)
{
    struct vp8_rewrite r = {0};

    switch_to(&r, picture(100, 0, 0, 0));
    CHECK_EQ(forward(&r, picture(100, 0, 0, 0), true), 100);
    CHECK_EQ(forward(&r, picture(20, 0, 0, 0), true), 102);
    CHECK_EQ(forward(&r, picture(21, 0, 0, 0), true), 103);
    CHECK(!drop(&r, picture(9000, 0, 0, 2)));
    CHECK_EQ(forward(&r, picture(9000, 0, 0, 2), true), 105);
    CHECK_EQ(forward(&r, picture(12000, 0, 0, 2), false), -1); // not by a late packet
}

TEST(short_picture_numbers_become_long_ones)
{
    struct vp8_rewrite r = {0};
    struct vp8_view vp8 = picture(120, 0, 0, 0);

    vp8.picture_id_is_long = false;
    switch_to(&r, vp8);
    for (unsigned i = 0; i < 1000; i++) {
        vp8.picture_id = (120 + i) & 0x7f;
        CHECK_EQ(forward(&r, vp8, true), 120 + i);
    }
}

TEST(pictures_without_numbers_get_them_by_timestamp)
{
    struct vp8_rewrite r = {0};
    const struct vp8_view bare = {0};
    struct vp8_ids ids;

    vp8_rewrite_switch(&r, &bare, 4294967000u);
    for (unsigned i = 0; i < 300; i++) {
        const uint32_t timestamp = 4294967000u + 3000 * i;
        CHECK(vp8_rewrite_forward(&r, &bare, timestamp, true, &ids));
        CHECK_EQ(ids.picture_id, i);
        CHECK(vp8_rewrite_forward(&r, &bare, timestamp, true, &ids));
        CHECK_EQ(ids.picture_id, i);
    }
    CHECK(vp8_rewrite_forward(&r, &bare, 4294967000u + 3000 * 290, false, &ids));
    CHECK_EQ(ids.picture_id, 290);
    CHECK(!vp8_rewrite_forward(&r, &bare, 4294967000u + 3000 * 290 + 1, false, &ids));
    CHECK(!vp8_rewrite_forward(&r, &bare, 4294967000u, false, &ids));
}

TEST(a_sender_that_stops_numbering_is_followed)
{
    struct vp8_rewrite r = {0};
    const struct vp8_view bare = {0};
    struct vp8_ids ids;

    switch_to(&r, picture(100, 0, 0, 0));
    CHECK_EQ(forward(&r, picture(100, 0, 0, 0), true), 100);
    CHECK(vp8_rewrite_forward(&r, &bare, 1234, true, &ids));
    CHECK_EQ(ids.picture_id, 102);
}
