// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/layer_demand_test.c - what senders are told to send, and when.
#include "sfu/layer_demand.h"

#include "support/check.h"

static void check_needed(const bool *needed, bool low, bool middle, bool high)
{
    CHECK_EQ(needed[0], low);
    CHECK_EQ(needed[1], middle);
    CHECK_EQ(needed[2], high);
}

// Everything but the lowest layer was told to be off, at 15 s.
static struct layer_demand asleep(void)
{
    struct layer_demand demand = {0};
    bool needed[3];

    layer_demand_note(&demand, SEC(10), 0);
    CHECK(layer_demand_changed(&demand, SEC(15), 3, needed));
    check_needed(needed, true, false, false);
    return demand;
}

TEST(all_layers_are_needed_for_the_first_five_seconds)
{
    struct layer_demand demand = {0};
    bool needed[3];

    CHECK(!layer_demand_changed(&demand, SEC(10), 3, needed));
    check_needed(needed, true, true, true);
    CHECK(!layer_demand_changed(&demand, SEC(15) - 1, 3, needed));
    CHECK(layer_demand_changed(&demand, SEC(15), 3, needed));
    check_needed(needed, true, false, false);
    CHECK(!layer_demand_changed(&demand, SEC(16), 3, needed)); // told once
}

TEST(a_layer_is_needed_as_soon_as_it_is_noted)
{
    struct layer_demand demand = asleep();
    bool needed[3];

    layer_demand_note(&demand, SEC(20), 2);
    CHECK(layer_demand_changed(&demand, SEC(20), 3, needed));
    check_needed(needed, true, false, true); // not the layer below it
}

TEST(a_layer_noted_the_moment_it_goes_off_is_told_again)
{
    struct layer_demand demand = asleep();
    bool needed[3];

    layer_demand_note(&demand, SEC(15), 1);
    CHECK(layer_demand_changed(&demand, SEC(15), 3, needed));
    check_needed(needed, true, true, false);
}

TEST(a_layer_goes_off_five_seconds_after_its_last_note)
{
    struct layer_demand demand = asleep();
    bool needed[3];

    for (int i = 0; i < 10; i++) {
        layer_demand_note(&demand, SEC(20 + i), 1);
        CHECK_EQ(layer_demand_changed(&demand, SEC(20 + i), 3, needed), i == 0);
    }
    CHECK(!layer_demand_changed(&demand, SEC(34) - 1, 3, needed));
    CHECK(layer_demand_changed(&demand, SEC(34), 3, needed));
    check_needed(needed, true, false, false);
}

TEST(paused_viewers_need_nothing_but_the_lowest)
{
    struct layer_demand demand = asleep();
    bool needed[3];

    layer_demand_note(&demand, SEC(20), -1);
    layer_demand_note(&demand, SEC(20), 3);
    CHECK(!layer_demand_changed(&demand, SEC(20), 3, needed));
    check_needed(needed, true, false, false);
}

TEST(layers_a_source_does_not_have_are_no_news)
{
    struct layer_demand demand = {0};
    bool needed[3];

    layer_demand_note(&demand, SEC(10), 0);
    CHECK(!layer_demand_changed(&demand, SEC(60), 1, needed));
    check_needed(needed, true, false, false);
    CHECK(layer_demand_changed(&demand, SEC(60), 2, needed));
}

TEST(a_layer_is_in_reach_of_a_probe_up_to_twice_the_target)
{
    CHECK(layer_demand_is_in_reach(1000000, 2000000));
    CHECK(!layer_demand_is_in_reach(1000000, 2000002));
    CHECK(layer_demand_is_in_reach(0, 0));
}
