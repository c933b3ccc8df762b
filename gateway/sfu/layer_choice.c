// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/layer_choice.c - when a switch is safe.
#include "sfu/layer_choice.h"

void layer_choice_init(struct layer_choice *choice)
{
    *choice = (struct layer_choice){.current = LAYER_NONE,
                                    .wanted = LAYER_NONE,
                                    .temporal = LAYER_ALL_TEMPORAL,
                                    .temporal_wanted = LAYER_ALL_TEMPORAL};
}

// Less takes effect at once, more at the next picture that allows it.
static void limit_temporal(struct layer_choice *choice, uint8_t tid)
{
    choice->temporal_wanted = tid;
    if (tid < choice->temporal)
        choice->temporal = tid;
}

void layer_choice_allow(struct layer_choice *choice, int8_t layer, uint8_t temporal)
{
    choice->wanted = layer;
    if (layer == LAYER_NONE)
        choice->current = LAYER_NONE;
    if (layer == choice->current)
        limit_temporal(choice, temporal);
    else
        choice->temporal_wanted = temporal; // from the switch on
}

void layer_choice_ease(struct layer_choice *choice)
{
    if (choice->wanted < choice->current)
        choice->temporal = 0; // it does not rise again before the switch
}

static bool can_switch(const struct layer_choice *choice, int layer, bool in_order)
{
    if (choice->wanted == LAYER_NONE)
        return false;
    if (choice->current == LAYER_NONE)
        return layer <= choice->wanted;
    // Packets of this key frame that were here before its first one were dropped: its decoding would
    // stall, and the old layer is still good.
    return layer == choice->wanted && in_order;
}

enum layer_verdict layer_choice_packet(struct layer_choice *choice, uint8_t layer,
                                       bool starts_key_frame, bool in_order)
{
    if (layer == choice->current)
        return LAYER_FORWARD;
    if (!starts_key_frame || !can_switch(choice, layer, in_order))
        return LAYER_DROP;
    choice->current = (int8_t)layer;
    choice->temporal = choice->temporal_wanted;
    return LAYER_SWITCH;
}

bool layer_choice_picture(struct layer_choice *choice, bool is_key_frame, uint8_t tid, bool sync)
{
    const bool can_rise = choice->current == choice->wanted;

    if (can_rise && is_key_frame)
        choice->temporal = choice->temporal_wanted;
    else if (can_rise && sync && tid <= choice->temporal_wanted && tid == choice->temporal + 1)
        choice->temporal = tid; // it needs the base layer only, which was sent
    return tid <= choice->temporal;
}

int layer_choice_needs_key_frame(const struct layer_choice *choice)
{
    return choice->wanted == choice->current ? LAYER_NONE : choice->wanted;
}
