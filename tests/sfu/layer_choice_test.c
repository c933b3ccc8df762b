// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/layer_choice_test.c - only clean switches.
#include "sfu/layer_choice.h"

#include "support/check.h"

static struct layer_choice wanting(int8_t layer)
{
    struct layer_choice choice;

    layer_choice_init(&choice);
    layer_choice_allow(&choice, layer, LAYER_ALL_TEMPORAL);
    return choice;
}

TEST(nothing_begins_but_with_a_key_frame)
{
    struct layer_choice choice = wanting(0);

    CHECK_EQ(layer_choice_needs_key_frame(&choice), 0);
    CHECK_EQ(layer_choice_packet(&choice, 0, false, true), LAYER_DROP);
    CHECK_EQ(layer_choice_packet(&choice, 1, true, true), LAYER_DROP);
    CHECK_EQ(layer_choice_packet(&choice, 0, true, true), LAYER_SWITCH);
    CHECK_EQ(layer_choice_needs_key_frame(&choice), LAYER_NONE);
    CHECK_EQ(layer_choice_packet(&choice, 0, false, true), LAYER_FORWARD);
    CHECK_EQ(layer_choice_packet(&choice, 0, true, true), LAYER_FORWARD);
}

TEST(the_old_layer_is_shown_until_the_new_ones_key_frame)
{
    struct layer_choice choice = wanting(0);

    CHECK_EQ(layer_choice_packet(&choice, 0, true, true), LAYER_SWITCH);
    layer_choice_allow(&choice, 2, LAYER_ALL_TEMPORAL);
    CHECK_EQ(layer_choice_packet(&choice, 2, false, true), LAYER_DROP);
    CHECK_EQ(layer_choice_packet(&choice, 0, false, true), LAYER_FORWARD);
    CHECK_EQ(layer_choice_packet(&choice, 1, true, true), LAYER_DROP); // not a layer between
    CHECK_EQ(layer_choice_packet(&choice, 2, true, true), LAYER_SWITCH);
    CHECK_EQ(layer_choice_packet(&choice, 0, false, true), LAYER_DROP);
}

TEST(a_key_frame_whose_beginning_comes_late_is_no_switch)
{
    struct layer_choice choice = wanting(0);

    CHECK_EQ(layer_choice_packet(&choice, 0, true, true), LAYER_SWITCH);
    layer_choice_allow(&choice, 1, LAYER_ALL_TEMPORAL);
    CHECK_EQ(layer_choice_packet(&choice, 1, true, false), LAYER_DROP);
    CHECK_EQ(layer_choice_needs_key_frame(&choice), 1);
}

TEST(when_nothing_is_shown_any_beginning_will_do)
{
    struct layer_choice late = wanting(2);
    struct layer_choice lower = late;

    CHECK_EQ(layer_choice_packet(&late, 2, true, false), LAYER_SWITCH);
    CHECK_EQ(layer_choice_packet(&lower, 0, true, true), LAYER_SWITCH);
    CHECK_EQ(layer_choice_needs_key_frame(&lower), 2);
}

// Shows layer 2 of three, all temporal layers.
static struct layer_choice showing_the_best(void)
{
    struct layer_choice choice = wanting(2);

    CHECK_EQ(layer_choice_packet(&choice, 2, true, true), LAYER_SWITCH);
    return choice;
}

TEST(temporal_layers_go_down_at_once_and_up_at_a_sync)
{
    struct layer_choice choice = showing_the_best();

    CHECK(layer_choice_picture(&choice, false, 2, false));
    layer_choice_allow(&choice, 2, 0);
    CHECK(!layer_choice_picture(&choice, false, 1, true));
    CHECK(layer_choice_picture(&choice, false, 0, false));
    layer_choice_allow(&choice, 2, 2);
    CHECK(!layer_choice_picture(&choice, false, 1, false));
    CHECK(!layer_choice_picture(&choice, false, 2, true)); // layer 1 may not be left out
    CHECK(layer_choice_picture(&choice, false, 1, true));
    CHECK(!layer_choice_picture(&choice, false, 2, false));
    CHECK(layer_choice_picture(&choice, false, 2, true));
    CHECK(layer_choice_picture(&choice, false, 2, false));
}

TEST(a_key_frame_lifts_all_temporal_layers)
{
    struct layer_choice choice = showing_the_best();

    layer_choice_allow(&choice, 2, 0);
    layer_choice_allow(&choice, 2, 2);
    CHECK(!layer_choice_picture(&choice, false, 2, false));
    CHECK(layer_choice_picture(&choice, true, 0, false));
    CHECK(layer_choice_picture(&choice, false, 2, false));
}

TEST(what_is_allowed_is_wanted_until_something_else_is)
{
    struct layer_choice choice = showing_the_best();

    CHECK_EQ(layer_choice_needs_key_frame(&choice), LAYER_NONE);
    layer_choice_allow(&choice, 0, 1);
    CHECK_EQ(layer_choice_needs_key_frame(&choice), 0);
    CHECK_EQ(layer_choice_packet(&choice, 2, false, true), LAYER_FORWARD);
    CHECK_EQ(layer_choice_packet(&choice, 1, true, true), LAYER_DROP);
    CHECK_EQ(layer_choice_packet(&choice, 0, true, true), LAYER_SWITCH);
    CHECK(layer_choice_picture(&choice, true, 0, false));
    CHECK(layer_choice_picture(&choice, false, 1, false));
    CHECK(!layer_choice_picture(&choice, false, 2, true));
}

TEST(a_slot_allowed_nothing_pauses_at_once)
{
    struct layer_choice choice = showing_the_best();

    layer_choice_allow(&choice, LAYER_NONE, 0);
    CHECK_EQ(layer_choice_packet(&choice, 2, false, true), LAYER_DROP);
    CHECK_EQ(layer_choice_packet(&choice, 0, true, true), LAYER_DROP);
    CHECK_EQ(layer_choice_needs_key_frame(&choice), LAYER_NONE);
    layer_choice_allow(&choice, 1, 2); // and begins again, with any lower layer
    CHECK_EQ(layer_choice_needs_key_frame(&choice), 1);
    CHECK_EQ(layer_choice_packet(&choice, 2, true, true), LAYER_DROP);
    CHECK_EQ(layer_choice_packet(&choice, 0, true, true), LAYER_SWITCH);
    CHECK_EQ(layer_choice_needs_key_frame(&choice), 1);
    CHECK(layer_choice_picture(&choice, true, 0, false));
    CHECK(layer_choice_picture(&choice, false, 2, false));
}

TEST(less_time_of_the_shown_layer_needs_no_key_frame)
{
    struct layer_choice choice = showing_the_best();

    layer_choice_allow(&choice, 2, 1);
    CHECK_EQ(layer_choice_needs_key_frame(&choice), LAYER_NONE);
    CHECK(!layer_choice_picture(&choice, false, 2, true));
    CHECK(layer_choice_picture(&choice, false, 1, false));
    layer_choice_allow(&choice, 2, 2);
    CHECK(!layer_choice_picture(&choice, false, 2, false));
    CHECK(layer_choice_picture(&choice, false, 2, true));
}

TEST(what_is_shown_goes_on_whole_until_the_switch_unless_it_is_eased)
{
    struct layer_choice choice = showing_the_best();

    layer_choice_allow(&choice, 1, 0);
    CHECK(layer_choice_picture(&choice, false, 2, false));
    layer_choice_allow(&choice, 1, 1);
    layer_choice_ease(&choice);
    CHECK(!layer_choice_picture(&choice, false, 1, true));
    CHECK(!layer_choice_picture(&choice, false, 2, true));
    CHECK(layer_choice_picture(&choice, true, 0, false)); // of the layer that is left: no rise
    CHECK(!layer_choice_picture(&choice, false, 1, true));
    layer_choice_allow(&choice, 1, 1); // decided again, the same: still eased
    CHECK(!layer_choice_picture(&choice, false, 1, true));
    CHECK_EQ(layer_choice_packet(&choice, 1, true, true), LAYER_SWITCH);
    CHECK(layer_choice_picture(&choice, false, 1, false));
    CHECK(!layer_choice_picture(&choice, false, 2, true));
}

TEST(easing_ends_when_the_shown_layer_is_allowed_again)
{
    struct layer_choice choice = showing_the_best();

    layer_choice_ease(&choice); // no lower layer is wanted
    CHECK(layer_choice_picture(&choice, false, 2, false));
    layer_choice_allow(&choice, 0, 2);
    layer_choice_ease(&choice);
    layer_choice_allow(&choice, 2, 2);
    CHECK(!layer_choice_picture(&choice, false, 1, false)); // it was left out before
    CHECK(layer_choice_picture(&choice, false, 1, true));
    CHECK(layer_choice_picture(&choice, false, 2, true));
}

TEST(a_shown_layer_is_not_cut_while_a_better_one_is_waited_for)
{
    struct layer_choice choice;

    layer_choice_init(&choice);
    layer_choice_allow(&choice, 0, 2);
    CHECK_EQ(layer_choice_packet(&choice, 0, true, true), LAYER_SWITCH);
    layer_choice_allow(&choice, 1, 0);
    CHECK(layer_choice_picture(&choice, false, 2, false));
    CHECK_EQ(layer_choice_packet(&choice, 1, true, true), LAYER_SWITCH);
    CHECK(layer_choice_picture(&choice, true, 0, false));
    CHECK(!layer_choice_picture(&choice, false, 1, true));
}
