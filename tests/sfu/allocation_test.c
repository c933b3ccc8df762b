// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/allocation_test.c - a viewer's line is spent on what matters, steadily.
#include "sfu/allocation.h"

#include "support/check.h"

#include <string.h>

#define AMPLE UINT64_C(1000000000)

// A camera as browsers send it: 150, 500 and 1500 kbit/s at 180, 360 and 720 lines.
static struct allocation_slot camera(enum allocation_class class, uint16_t height)
{
    static const uint32_t whole[] = {150000, 500000, 1500000};
    struct allocation_slot slot = {
        .class = class, .height = height, .layer_count = 3, .now_layer = -1};

    for (int i = 0; i < 3; i++)
        slot.layers[i] =
            (struct allocation_layer){.active = true,
                                      .temporals = 3,
                                      .height = (uint16_t)(180 << i),
                                      .bps = {whole[i] * 2 / 5, whole[i] * 3 / 5, whole[i]}};
    return slot;
}

static struct allocation_slot single(enum allocation_class class, uint32_t bps)
{
    return (struct allocation_slot){.class = class,
                                    .height = 720,
                                    .layer_count = 1,
                                    .now_layer = -1,
                                    .layers = {{true, 1, 1080, {bps}, {0}}}};
}

// Both budgets such that exactly `bps` may begin.
static struct allocation_sums run(struct allocation_slot *slots, size_t count, uint64_t bps)
{
    const struct allocation_budget budget = {.keep_bps = bps * 2, .change_bps = bps};
    struct allocation_sums sums;

    allocation_run(slots, count, &budget, &sums);
    return sums;
}

static void check_decided(const struct allocation_slot *slot, int layer, int temporal)
{
    CHECK_EQ(slot->layer, layer);
    CHECK_EQ(slot->temporal, temporal);
}

TEST(what_begins_fits_at_its_dearest_and_what_is_sent_stays_at_its_mean)
{
    struct allocation_slot slot = camera(ALLOCATE_SPEAKER, 360);
    const uint32_t whole = slot.layers[1].bps[2], low = slot.layers[0].bps[2];

    slot.layers[0].temporals = slot.layers[1].temporals = 1;
    slot.layers[0].bps[0] = low;
    slot.layers[1].bps[0] = whole;
    slot.layers[1].most_bps[0] = whole * 3 / 2;
    slot.now_layer = 0;
    struct allocation_sums sums = run(&slot, 1, whole * 5 / 4);
    check_decided(&slot, 0, 0);
    CHECK_EQ(sums.sending_bps, low);
    CHECK_EQ(sums.next_bps, whole * 3 / 2); // what a probe has to prove
    sums = run(&slot, 1, whole * 3 / 2);
    check_decided(&slot, 1, 0);
    CHECK_EQ(sums.sending_bps, whole);
    slot.now_layer = 1;
    (void)run(&slot, 1, whole * 3 / 4);
    check_decided(&slot, 1, 0);
}

TEST(the_cheapest_step_begins_at_its_mean)
{
    struct allocation_slot slot = camera(ALLOCATE_SPEAKER, 180);

    slot.layer_count = 1;
    slot.layers[0].most_bps[0] = slot.layers[0].bps[0] * 3;
    (void)run(&slot, 1, slot.layers[0].bps[0]);
    check_decided(&slot, 0, 0);
}

TEST(an_ample_line_carries_all_that_is_wanted)
{
    struct allocation_slot slots[] = {camera(ALLOCATE_GALLERY, 180), camera(ALLOCATE_SPEAKER, 720),
                                      camera(ALLOCATE_PINNED, 300), camera(ALLOCATE_GALLERY, 0)};
    const struct allocation_sums sums = run(slots, 4, AMPLE);

    check_decided(&slots[0], 0, 2);
    check_decided(&slots[1], 2, 2);
    check_decided(&slots[2], 1, 2);
    check_decided(&slots[3], -1, 0);
    CHECK_EQ(slots[1].ideal, 2);
    CHECK_EQ(slots[3].ideal, -1);
    CHECK_EQ(sums.sending_bps, 2150000);
    CHECK_EQ(sums.next_bps, 2150000);
    CHECK_EQ(sums.goal_bps, 2150000);
    CHECK_EQ(sums.most_bps, 2150000);
    CHECK_EQ(sums.paused, 0);
}

TEST(no_slots_need_nothing)
{
    const struct allocation_sums sums = run(NULL, 0, 1000);

    CHECK_EQ(sums.sending_bps, 0);
    CHECK_EQ(sums.goal_bps, 0);
}

TEST(everybody_has_a_base_before_anybody_has_more)
{
    struct allocation_slot slots[] = {camera(ALLOCATE_GALLERY, 180), camera(ALLOCATE_SPEAKER, 720),
                                      camera(ALLOCATE_GALLERY, 180)};

    run(slots, 3, 180000);
    for (int i = 0; i < 3; i++)
        check_decided(&slots[i], 0, 0);
    run(slots, 3, 210000);
    check_decided(&slots[0], 0, 0);
    check_decided(&slots[1], 0, 1);
    check_decided(&slots[2], 0, 0);
}

TEST(who_does_not_fit_is_paused_the_least_important_first)
{
    struct allocation_slot slots[] = {camera(ALLOCATE_GALLERY, 180), camera(ALLOCATE_GALLERY, 181),
                                      camera(ALLOCATE_GALLERY, 180), camera(ALLOCATE_SPEAKER, 180)};
    slots[0].recency = 1;

    const struct allocation_sums sums = run(slots, 4, 180000);
    check_decided(&slots[3], 0, 0); // by class
    check_decided(&slots[1], 0, 0); // by height wanted
    check_decided(&slots[2], 0, 0); // spoke last
    check_decided(&slots[0], -1, 0);
    CHECK_EQ(slots[0].ideal, 0);
    CHECK_EQ(sums.paused, 1);
    CHECK_EQ(sums.next_bps, 180000 + 30000); // the speaker's next layer of time is cheaper
    CHECK_EQ(sums.goal_bps, 233334);
}

TEST(the_goal_is_enough_for_the_next_step)
{
    struct allocation_slot slots[] = {camera(ALLOCATE_PINNED, 720), camera(ALLOCATE_GALLERY, 180)};
    struct allocation_sums sums = run(slots, 2, 60000);
    int steps = 0;

    while (sums.next_bps > sums.sending_bps && steps++ < 20) {
        const struct allocation_budget budget = {sums.goal_bps, sums.goal_bps};
        const uint64_t before = sums.sending_bps;
        allocation_run(slots, 2, &budget, &sums);
        CHECK(sums.sending_bps > before);
        for (int i = 0; i < 2; i++) {
            slots[i].now_layer = slots[i].layer;
            slots[i].now_temporal = slots[i].temporal;
        }
    }
    check_decided(&slots[0], 2, 2);
    check_decided(&slots[1], 0, 2);
}

TEST(the_important_have_360_lines_before_the_gallery_has_more_than_its_base)
{
    struct allocation_slot slots[] = {camera(ALLOCATE_GALLERY, 180), camera(ALLOCATE_PINNED, 720),
                                      camera(ALLOCATE_SPEAKER, 720)};

    run(slots, 3, 1060000);
    check_decided(&slots[0], 0, 0);
    check_decided(&slots[1], 1, 2);
    check_decided(&slots[2], 1, 2);
    run(slots, 3, 1150000);
    check_decided(&slots[0], 0, 2); // and then the gallery has, before they have more
    check_decided(&slots[1], 1, 2);
}

TEST(a_step_that_does_not_fit_is_skipped_for_cheaper_ones)
{
    struct allocation_slot slots[] = {single(ALLOCATE_PINNED, 700000),
                                      camera(ALLOCATE_GALLERY, 180)};

    run(slots, 2, 650000);
    check_decided(&slots[0], -1, 0);
    check_decided(&slots[1], 0, 2);
}

TEST(time_goes_before_space)
{
    struct allocation_slot slot = camera(ALLOCATE_PINNED, 720);

    run(&slot, 1, 1500000);
    check_decided(&slot, 2, 2);
    run(&slot, 1, 1499999);
    check_decided(&slot, 2, 1);
    run(&slot, 1, 899999);
    check_decided(&slot, 1, 2);
    run(&slot, 1, 499999);
    check_decided(&slot, 1, 1);
    run(&slot, 1, 299999); // not layer 1 with a quarter of its pictures, for 200 000
    check_decided(&slot, 0, 2);
    run(&slot, 1, 149999);
    check_decided(&slot, 0, 1);
    run(&slot, 1, 89999);
    check_decided(&slot, 0, 0);
    run(&slot, 1, 59999);
    check_decided(&slot, -1, 0);
}

TEST(a_screen_may_have_few_but_sharp_pictures)
{
    struct allocation_slot slot = camera(ALLOCATE_SCREEN, 720);

    run(&slot, 1, 899999);
    check_decided(&slot, 2, 0);
}

TEST(a_higher_layer_that_is_cheaper_is_taken)
{
    struct allocation_slot slot = camera(ALLOCATE_PINNED, 720);

    slot.layers[2].bps[0] = 30000;
    slot.layers[2].bps[1] = 40000;
    slot.layers[2].bps[2] = 50000;
    run(&slot, 1, 50000);
    check_decided(&slot, 2, 2);
    run(&slot, 1, 45000);
    check_decided(&slot, 2, 1);
    slot.height = 360; // but not one above the ideal
    run(&slot, 1, 60000);
    check_decided(&slot, 0, 0);
}

TEST(only_the_most_important_slot_overdraws_and_only_if_it_is_a_screen)
{
    struct allocation_slot slots[] = {camera(ALLOCATE_PINNED, 180), single(ALLOCATE_SCREEN, 500000),
                                      single(ALLOCATE_SCREEN, 500000)};

    slots[2].recency = 1;
    struct allocation_sums sums = run(slots, 3, 60000);
    check_decided(&slots[1], 0, 0);
    check_decided(&slots[2], -1, 0);
    check_decided(&slots[0], -1, 0);
    CHECK_EQ(sums.sending_bps, 500000);
    CHECK_EQ(sums.paused, 2);
    run(slots, 3, 40000); // 450 000 to begin
    check_decided(&slots[1], -1, 0);
    check_decided(&slots[0], -1, 0);
    slots[1].now_layer = 0; // 500 000 to go on
    const struct allocation_budget none = {0};
    allocation_run(slots, 3, &none, &sums);
    check_decided(&slots[1], 0, 0);
    slots[1].class = ALLOCATE_PINNED;
    slots[2].height = 0; // nor is the place of a screen of which nothing is wanted taken
    allocation_run(slots, 3, &none, &sums);
    check_decided(&slots[1], -1, 0);
}

TEST(a_screen_overdraws_for_its_base_only)
{
    struct allocation_slot slot = camera(ALLOCATE_SCREEN, 720);

    run(&slot, 1, 1000);
    check_decided(&slot, 0, 0);
}

TEST(what_is_sent_is_kept_where_it_would_not_begin)
{
    struct allocation_slot slot = camera(ALLOCATE_PINNED, 720);
    const struct allocation_budget budget = {.keep_bps = 1000000, .change_bps = 800000};
    struct allocation_sums sums;

    allocation_run(&slot, 1, &budget, &sums);
    check_decided(&slot, 1, 2);
    slot.now_layer = 2;
    slot.now_temporal = 1;
    allocation_run(&slot, 1, &budget, &sums);
    check_decided(&slot, 2, 1);
    slot.now_temporal = 7; // "all": as many as it has
    allocation_run(&slot, 1, &budget, &sums);
    check_decided(&slot, 2, 1);
}

TEST(a_tenth_of_the_line_is_left_by_whatever_begins)
{
    struct allocation_slot slot = single(ALLOCATE_PINNED, 900000);
    struct allocation_budget budget = {.keep_bps = 1000000, .change_bps = 1000000};
    struct allocation_sums sums;

    allocation_run(&slot, 1, &budget, &sums);
    check_decided(&slot, 0, 0);
    budget.keep_bps = 999999;
    slot.layers[0].bps[0] = 900001;
    allocation_run(&slot, 1, &budget, &sums);
    check_decided(&slot, -1, 0);
}

TEST(a_layer_that_vanished_is_replaced_by_the_best_that_is_left)
{
    struct allocation_slot slot = camera(ALLOCATE_PINNED, 720);

    slot.now_layer = 2;
    slot.now_temporal = 2;
    slot.layers[2].active = false;
    run(&slot, 1, AMPLE);
    check_decided(&slot, 1, 2);
    CHECK_EQ(slot.ideal, 1);
    const struct allocation_budget budget = {.keep_bps = 600000, .change_bps = 400000};
    struct allocation_sums sums;
    allocation_run(&slot, 1, &budget, &sums); // its line carried more than that
    check_decided(&slot, 1, 2);
    slot.layers[0].active = false;
    slot.layers[1].active = false;
    slot.layers[2].active = true;
    slot.height = 90; // the only one, however tall
    run(&slot, 1, AMPLE);
    check_decided(&slot, 2, 2);
}

TEST(a_source_that_sends_nothing_is_not_called_paused)
{
    struct allocation_slot slot = camera(ALLOCATE_PINNED, 720);

    for (int i = 0; i < 3; i++)
        slot.layers[i].active = false;
    const struct allocation_sums sums = run(&slot, 1, AMPLE);
    check_decided(&slot, -1, 0);
    CHECK_EQ(slot.ideal, -1);
    CHECK_EQ(sums.paused, 0);
    CHECK_EQ(sums.most_bps, 0);
}

TEST(unknown_heights_are_guessed_from_known_ones_in_allocation)
{
    struct allocation_slot slot = camera(ALLOCATE_PINNED, 360);

    slot.layers[0].height = slot.layers[1].height = 0;
    run(&slot, 1, AMPLE);
    CHECK_EQ(slot.ideal, 1);
    slot.layers[2].height = 0; // 180, 360 and 720, as is usual
    run(&slot, 1, AMPLE);
    CHECK_EQ(slot.ideal, 1);
    slot.layers[0].height = 360;
    run(&slot, 1, AMPLE);
    CHECK_EQ(slot.ideal, 0);
}

TEST(a_layer_not_measured_yet_is_not_free)
{
    struct allocation_slot slot = camera(ALLOCATE_PINNED, 720);

    memset(slot.layers[2].bps, 0, sizeof slot.layers[2].bps);
    CHECK_EQ(run(&slot, 1, AMPLE).sending_bps, 2000000); // four times the one below
    memset(slot.layers[1].bps, 0, sizeof slot.layers[1].bps);
    CHECK_EQ(run(&slot, 1, AMPLE).sending_bps, 2400000);
    memset(slot.layers[0].bps, 0, sizeof slot.layers[0].bps);
    CHECK_EQ(run(&slot, 1, AMPLE).sending_bps, 2500000); // from its height
    slot.height = 180;
    CHECK_EQ(run(&slot, 1, AMPLE).sending_bps, 162000);
    slot.layers[1].bps[2] = 480000;
    CHECK_EQ(run(&slot, 1, AMPLE).sending_bps, 160000); // a third of the one above
    slot.layers[1].active = false;                      // one that sends nothing is no measure
    CHECK_EQ(run(&slot, 1, AMPLE).sending_bps, 162000);
}

TEST(layers_of_time_not_measured_yet_have_their_usual_share)
{
    struct allocation_slot slot = single(ALLOCATE_PINNED, 0);

    slot.layers[0].temporals = 3;
    slot.layers[0].bps[2] = 1000000;
    CHECK_EQ(run(&slot, 1, 500000).sending_bps, 400000);
    CHECK_EQ(run(&slot, 1, 600000).sending_bps, 600000);
    slot.layers[0].temporals = 2;
    slot.layers[0].bps[0] = 300000; // the second is not measured
    CHECK_EQ(run(&slot, 1, AMPLE).sending_bps, 500000);
    slot.layers[0].temporals = 0; // nonsense is one
    CHECK_EQ(run(&slot, 1, AMPLE).sending_bps, 300000);
}

TEST(a_single_stream_either_fits_or_is_paused)
{
    struct allocation_slot slot = single(ALLOCATE_SPEAKER, 800000);

    run(&slot, 1, 800000);
    check_decided(&slot, 0, 0);
    const struct allocation_sums sums = run(&slot, 1, 799999);
    check_decided(&slot, -1, 0);
    CHECK_EQ(sums.paused, 1);
    CHECK_EQ(sums.next_bps, 800000);
    slot.layers[0].temporals = 2;
    slot.layers[0].bps[0] = 500000;
    slot.layers[0].bps[1] = 800000;
    run(&slot, 1, 799999);
    check_decided(&slot, 0, 0);
}

TEST(as_many_slots_as_there_can_be_are_served_in_order)
{
    struct allocation_slot slots[ALLOCATION_SLOTS];

    for (uint16_t i = 0; i < ALLOCATION_SLOTS; i++) {
        slots[i] = camera(ALLOCATE_GALLERY, 180);
        slots[i].recency = (uint16_t)(ALLOCATION_SLOTS - i);
    }
    const struct allocation_sums sums = run(slots, ALLOCATION_SLOTS, 1000000);
    CHECK_EQ(sums.paused, ALLOCATION_SLOTS - 16);
    for (int i = 0; i < ALLOCATION_SLOTS; i++)
        CHECK_EQ(slots[i].layer, i < ALLOCATION_SLOTS - 16 ? -1 : 0);
    CHECK(sums.sending_bps <= 1000000 && sums.sending_bps > 970000);
}
