// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/layer_choice_test.c - the right size, and only clean switches.
#include "sfu/layer_choice.h"

#include "support/check.h"

static struct layer_choice of_three(usec now, struct layer_seen layers[3], uint16_t height)
{
    struct layer_choice choice;

    for (uint16_t i = 0; i < 3; i++)
        layers[i] = (struct layer_seen){.last_packet = now, .height = (uint16_t)(180 << i)};
    layer_choice_init(&choice);
    layer_choice_update(&choice, now, layers, 3, height);
    return choice;
}

static int wanted_for(uint16_t height)
{
    struct layer_seen layers[3];
    return of_three(SEC(9), layers, height).wanted;
}

TEST(the_lowest_layer_that_is_tall_enough_is_wanted)
{
    CHECK_EQ(wanted_for(1), 0);
    CHECK_EQ(wanted_for(180), 0);
    CHECK_EQ(wanted_for(181), 1);
    CHECK_EQ(wanted_for(360), 1);
    CHECK_EQ(wanted_for(700), 2);
    CHECK_EQ(wanted_for(4000), 2);
    CHECK_EQ(wanted_for(0), LAYER_NONE);
}

TEST(unknown_heights_are_guessed_from_known_ones)
{
    struct layer_seen layers[3];
    struct layer_choice choice = of_three(SEC(9), layers, 300);

    layers[0].height = layers[1].height = 0;
    layer_choice_update(&choice, SEC(9), layers, 3, 300);
    CHECK_EQ(choice.wanted, 1);
    layers[2].height = 0;
    layers[0].height = 320;
    layer_choice_update(&choice, SEC(9), layers, 3, 300);
    CHECK_EQ(choice.wanted, 0);
    layers[0].height = 0;
    layer_choice_update(&choice, SEC(9), layers, 3, 181);
    CHECK_EQ(choice.wanted, 1);
}

TEST(a_layer_without_packets_is_left)
{
    struct layer_seen layers[3];
    struct layer_choice choice = of_three(SEC(9), layers, 720);

    CHECK_EQ(layer_choice_packet(&choice, 2, true, true), LAYER_SWITCH);
    layers[0].last_packet = layers[1].last_packet = SEC(10);
    layer_choice_update(&choice, SEC(10), layers, 3, 720);
    CHECK_EQ(layer_choice_needs_key_frame(&choice), LAYER_NONE);
    layers[0].last_packet = layers[1].last_packet = SEC(11);
    layer_choice_update(&choice, SEC(11), layers, 3, 720);
    CHECK_EQ(layer_choice_needs_key_frame(&choice), 1);
    CHECK_EQ(layer_choice_packet(&choice, 1, true, true), LAYER_SWITCH);
    layers[2].last_packet = SEC(11); // and it is taken again when it is back
    layer_choice_update(&choice, SEC(11), layers, 3, 720);
    CHECK_EQ(layer_choice_needs_key_frame(&choice), 2);
}

TEST(nothing_begins_but_with_a_key_frame)
{
    struct layer_seen layers[3];
    struct layer_choice choice = of_three(SEC(9), layers, 180);

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
    struct layer_seen layers[3];
    struct layer_choice choice = of_three(SEC(9), layers, 180);

    CHECK_EQ(layer_choice_packet(&choice, 0, true, true), LAYER_SWITCH);
    layer_choice_update(&choice, SEC(9), layers, 3, 720);
    CHECK_EQ(layer_choice_packet(&choice, 2, false, true), LAYER_DROP);
    CHECK_EQ(layer_choice_packet(&choice, 0, false, true), LAYER_FORWARD);
    CHECK_EQ(layer_choice_packet(&choice, 1, true, true), LAYER_DROP); // not a layer between
    CHECK_EQ(layer_choice_packet(&choice, 2, true, true), LAYER_SWITCH);
    CHECK_EQ(layer_choice_packet(&choice, 0, false, true), LAYER_DROP);
}

TEST(a_key_frame_whose_beginning_comes_late_is_no_switch)
{
    struct layer_seen layers[3];
    struct layer_choice choice = of_three(SEC(9), layers, 180);

    CHECK_EQ(layer_choice_packet(&choice, 0, true, true), LAYER_SWITCH);
    layer_choice_update(&choice, SEC(9), layers, 3, 360);
    CHECK_EQ(layer_choice_packet(&choice, 1, true, false), LAYER_DROP);
    CHECK_EQ(layer_choice_needs_key_frame(&choice), 1);
}

TEST(when_nothing_is_shown_any_beginning_will_do)
{
    struct layer_seen layers[3];
    struct layer_choice late = of_three(SEC(9), layers, 720);
    struct layer_choice lower = late;

    CHECK_EQ(layer_choice_packet(&late, 2, true, false), LAYER_SWITCH);
    CHECK_EQ(layer_choice_packet(&lower, 0, true, true), LAYER_SWITCH);
    CHECK_EQ(layer_choice_needs_key_frame(&lower), 2);
}

TEST(before_any_packet_the_lowest_layer_is_waited_for)
{
    const struct layer_seen layers[3] = {{0}, {0}, {0}};
    struct layer_choice choice;

    layer_choice_init(&choice);
    layer_choice_update(&choice, SEC(9), layers, 3, 720);
    CHECK_EQ(layer_choice_needs_key_frame(&choice), 0);
}

TEST(a_viewer_who_wants_nothing_gets_nothing_at_once)
{
    struct layer_seen layers[3];
    struct layer_choice choice = of_three(SEC(9), layers, 180);

    CHECK_EQ(layer_choice_packet(&choice, 0, true, true), LAYER_SWITCH);
    layer_choice_update(&choice, SEC(9), layers, 3, 0);
    CHECK_EQ(layer_choice_packet(&choice, 0, false, true), LAYER_DROP);
    CHECK_EQ(layer_choice_packet(&choice, 0, true, true), LAYER_DROP);
    CHECK_EQ(layer_choice_needs_key_frame(&choice), LAYER_NONE);
}

TEST(temporal_layers_go_down_at_once_and_up_at_a_sync)
{
    struct layer_choice choice;

    layer_choice_init(&choice);
    CHECK(layer_choice_picture(&choice, false, 2, false));
    layer_choice_limit_temporal(&choice, 0);
    CHECK(!layer_choice_picture(&choice, false, 1, true));
    CHECK(layer_choice_picture(&choice, false, 0, false));
    layer_choice_limit_temporal(&choice, 2);
    CHECK(!layer_choice_picture(&choice, false, 1, false));
    CHECK(!layer_choice_picture(&choice, false, 2, true)); // layer 1 may not be left out
    CHECK(layer_choice_picture(&choice, false, 1, true));
    CHECK(!layer_choice_picture(&choice, false, 2, false));
    CHECK(layer_choice_picture(&choice, false, 2, true));
    CHECK(layer_choice_picture(&choice, false, 2, false));
}

TEST(a_key_frame_lifts_all_temporal_layers)
{
    struct layer_choice choice;

    layer_choice_init(&choice);
    layer_choice_limit_temporal(&choice, 0);
    layer_choice_limit_temporal(&choice, 2);
    CHECK(!layer_choice_picture(&choice, false, 2, false));
    CHECK(layer_choice_picture(&choice, true, 0, false));
    CHECK(layer_choice_picture(&choice, false, 2, false));
}

// Shows layer 2 of three, all temporal layers.
static struct layer_choice showing_the_best(void)
{
    struct layer_choice choice;

    layer_choice_init(&choice);
    layer_choice_allow(&choice, 2, LAYER_ALL_TEMPORAL);
    CHECK_EQ(layer_choice_packet(&choice, 2, true, true), LAYER_SWITCH);
    return choice;
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
