// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/assignment_test.c - who gets which slot.
#include "sfu/assignment.h"

#include "base/err.h"
#include "support/check.h"

enum { ANNA = 5, BEN = 9, CARLA = 13, DORA = 17 };

static void check_slots(const uint32_t *got, const uint32_t *want, size_t count)
{
    for (size_t i = 0; i < count; i++)
        CHECK_EQ(got[i], want[i]);
}

TEST(pictures_fill_free_slots_in_order_of_importance)
{
    const uint32_t wanted[] = {ANNA, BEN, CARLA};
    uint32_t slots[2] = {0};

    assignment_of_pictures(wanted, ARRAY_LEN(wanted), slots, ARRAY_LEN(slots));
    check_slots(slots, (uint32_t[]){ANNA, BEN}, 2);
}

TEST(a_picture_that_stays_wanted_keeps_its_slot)
{
    const uint32_t wanted[] = {CARLA, BEN, DORA};
    uint32_t slots[3] = {ANNA, BEN, CARLA};

    assignment_of_pictures(wanted, ARRAY_LEN(wanted), slots, ARRAY_LEN(slots));
    check_slots(slots, (uint32_t[]){DORA, BEN, CARLA}, 3);
}

TEST(the_least_important_picture_is_evicted)
{
    const uint32_t wanted[] = {DORA, ANNA, BEN};
    uint32_t slots[2] = {ANNA, BEN};

    assignment_of_pictures(wanted, ARRAY_LEN(wanted), slots, ARRAY_LEN(slots));
    check_slots(slots, (uint32_t[]){ANNA, DORA}, 2);
}

TEST(nobody_wanted_leaves_every_picture_slot_empty)
{
    uint32_t slots[2] = {ANNA, 0};

    assignment_of_pictures(NULL, 0, slots, ARRAY_LEN(slots));
    check_slots(slots, (uint32_t[]){0, 0}, 2);
}

TEST(a_sound_goes_to_the_slot_of_its_picture_and_others_to_spare_ones)
{
    const struct sound_want wants[] = {
        {.source = ANNA, .line = ASSIGNMENT_NO_LINE, .heard = true},
        {.source = BEN, .line = 1},
        {.source = CARLA, .line = ASSIGNMENT_NO_LINE},
    };
    uint32_t slots[3] = {0};

    CHECK(!assignment_of_sounds(wants, ARRAY_LEN(wants), slots, ARRAY_LEN(slots), 2));
    check_slots(slots, (uint32_t[]){0, BEN, ANNA}, 3);
}

TEST(a_voiced_sound_stays_where_it_is_until_it_pauses)
{
    struct sound_want wants[] = {{.source = ANNA, .line = 0, .heard = true, .voiced = true}};
    uint32_t slots[3] = {0, 0, ANNA};

    CHECK(assignment_of_sounds(wants, 1, slots, ARRAY_LEN(slots), 2));
    check_slots(slots, (uint32_t[]){0, 0, ANNA}, 3);
    wants[0].voiced = false;
    CHECK(!assignment_of_sounds(wants, 1, slots, ARRAY_LEN(slots), 2));
    check_slots(slots, (uint32_t[]){ANNA, 0, 0}, 3);
}

TEST(a_newcomer_speaks_in_a_spare_slot_while_its_own_is_in_use)
{
    struct sound_want wants[] = {
        {.source = ANNA, .line = ASSIGNMENT_NO_LINE, .heard = true, .voiced = true},
        {.source = BEN, .line = 0, .heard = true, .voiced = true},
    };
    uint32_t slots[2] = {ANNA, 0};

    CHECK(assignment_of_sounds(wants, 2, slots, 2, 1));
    check_slots(slots, (uint32_t[]){ANNA, BEN}, 2);
    wants[0].voiced = false; // gets up, but Ben still speaks in the spare slot
    CHECK(assignment_of_sounds(wants, 2, slots, 2, 1));
    CHECK_EQ(slots[1], BEN);
    wants[1].voiced = false;
    CHECK(!assignment_of_sounds(wants, 2, slots, 2, 1));
    check_slots(slots, (uint32_t[]){BEN, ANNA}, 2);
}

TEST(two_quiet_sounds_swap_their_slots_at_once)
{
    const struct sound_want wants[] = {{.source = ANNA, .line = 1}, {.source = BEN, .line = 0}};
    uint32_t slots[2] = {ANNA, BEN};

    CHECK(!assignment_of_sounds(wants, 2, slots, 2, 2));
    check_slots(slots, (uint32_t[]){BEN, ANNA}, 2);
}

TEST(a_heard_sound_takes_the_spare_slot_of_an_unheard_one)
{
    const struct sound_want wants[] = {
        {.source = ANNA, .line = ASSIGNMENT_NO_LINE},
        {.source = BEN, .line = ASSIGNMENT_NO_LINE, .heard = true},
    };
    uint32_t slots[1] = {ANNA};

    CHECK(!assignment_of_sounds(wants, 2, slots, 1, 0));
    CHECK_EQ(slots[0], BEN);
}

TEST(without_spare_slots_an_unclaimed_pair_serves)
{
    const struct sound_want wants[] = {
        {.source = ANNA, .line = 0},
        {.source = BEN, .line = ASSIGNMENT_NO_LINE, .heard = true},
    };
    uint32_t slots[2] = {0};

    CHECK(!assignment_of_sounds(wants, 2, slots, 2, 2));
    check_slots(slots, (uint32_t[]){ANNA, BEN}, 2);
}

TEST(a_sound_that_is_gone_frees_its_slot)
{
    uint32_t slots[2] = {ANNA, BEN};

    CHECK(!assignment_of_sounds(NULL, 0, slots, 2, 1));
    check_slots(slots, (uint32_t[]){0, 0}, 2);
}
