// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/picture_budget.c - from slots and measured layers to an allocation, and back into the slots.
#include "sfu/picture_budget.h"

#include "sfu/layer_choice.h"
#include "sfu/member.h"
#include "sfu/producer.h"
#include "sfu/router.h"
#include "sfu/slot.h"
#include "sfu/worker.h"

#define RECENCY_UNIT SEC(1)

static enum allocation_class class_of(const struct slot *slot)
{
    const struct router *r = slot->viewer->router;

    if (slot->source->kind == SOURCE_SCREEN)
        return ALLOCATE_SCREEN;
    if (slot->pinned)
        return ALLOCATE_PINNED;
    return r->told_dominant / SOURCE_KINDS == slot->source->source / SOURCE_KINDS
               ? ALLOCATE_SPEAKER
               : ALLOCATE_GALLERY;
}

static uint16_t recency_of(const struct slot *slot, usec now)
{
    const struct producer *sound = &slot->source->member->producers[SOURCE_MICROPHONE];
    const usec quiet = speaker_quiet_for(&sound->speaker, now) / RECENCY_UNIT;

    return quiet < UINT16_MAX ? (uint16_t)quiet : UINT16_MAX;
}

static void describe(struct allocation_slot *to, struct slot *slot, usec now)
{
    struct producer *p = slot->source;

    *to = (struct allocation_slot){.class = class_of(slot),
                                   .height = slot->height,
                                   .recency = recency_of(slot, now),
                                   .layer_count = p->layer_count,
                                   .now_layer = slot->choice.current,
                                   .now_temporal = slot->choice.temporal};
    for (uint8_t i = 0; i < p->layer_count; i++)
        producer_describe_layer(p, i, now, &to->layers[i]);
}

// The same pictures as if their senders sent all layers: what those cost that are switched off is what
// they cost before, or a guess.
static void describe_all(struct allocation_slot *to, const struct allocation_slot *from)
{
    bool any = false;

    *to = *from;
    for (uint8_t i = 0; i < to->layer_count; i++)
        any = any || to->layers[i].active;
    for (uint8_t i = 0; i < to->layer_count; i++)
        to->layers[i].active = any;
}

static void note(struct slot *slot, usec now, int8_t layer)
{
    struct producer *p = slot->source;

    layer_demand_note(&p->demand, now, layer);
    if (layer >= 0 && p->demand.off[layer])
        router_tell_layers(slot->viewer->router, p->member, now);
}

// What is shown, what is to be, what would be if it were sent, and what might be if the line proves better
// than it seems: those layers its sender had better send.
static void note_need(struct slot *slot, const struct allocation_slot *plan,
                      const struct allocation_slot *if_all, usec now, bool all_in_reach)
{
    note(slot, now, slot->choice.current);
    note(slot, now, plan->layer);
    note(slot, now, if_all->layer);
    if (all_in_reach)
        note(slot, now, if_all->ideal);
}

// All there are, also those that a layer just begun did not show yet.
static uint8_t temporals_of(const struct allocation_slot *plan)
{
    const bool is_whole =
        plan->layer >= 0 && plan->temporal + 1 >= plan->layers[plan->layer].temporals;

    return is_whole ? LAYER_ALL_TEMPORAL : plan->temporal;
}

// What the thread has no time for is taken off what the line carries.
static void relieve(struct allocation_slot *plan, unsigned relief)
{
    if (relief >= WORKER_RELIEF_MOST)
        plan->layer = -1;
    else if (relief > 0 && plan->layer >= 0 && plan->temporal > 2 - relief)
        plan->temporal = (uint8_t)(2 - relief);
}

static void apply(struct slot *slot, struct allocation_slot *plan, usec now)
{
    const bool none_active = plan->ideal < 0;

    relieve(plan, slot->viewer->router->counters->relief);
    int8_t layer = plan->layer;

    if (slot->choice.current >= 0 && !plan->layers[slot->choice.current].active && !none_active)
        slot->choice.current = LAYER_NONE; // it vanished: any other is better than none
    if (layer >= 0 && plan->layers[layer].temporals)
        slot_fit(slot, plan->layers[layer].bps[plan->layers[layer].temporals - 1]);

    if (none_active && plan->height && slot->viewer->router->counters->relief < WORKER_RELIEF_MOST)
        layer = 0; // what is waited for
    else if (layer > 0 && slot->choice.current == LAYER_NONE)
        layer = (int8_t)producer_lowest_layer(slot->source, now); // its key frame is small
    slot->paused = plan->height && !none_active && plan->layer < 0;
    layer_choice_allow(&slot->choice, plan->height ? layer : LAYER_NONE, temporals_of(plan));
    if (plan->ideal >= slot->choice.current)
        layer_choice_ease(&slot->choice); // less is wanted because of the line, not by its viewer
    if (member_can_receive(slot->viewer))
        slot_want_key_frame(slot, now);
}

void picture_budget_run(struct member *viewer, usec now, uint64_t target_bps,
                        const struct allocation_budget *budget, struct picture_sums *sums)
{
    struct allocation_slot plans[ALLOCATION_SLOTS];
    struct allocation_slot if_all[ALLOCATION_SLOTS];
    struct slot *slots[ALLOCATION_SLOTS];
    size_t count = 0;

    for (size_t i = 0; i < viewer->picture_count && count < ALLOCATION_SLOTS; i++) {
        struct slot *slot = viewer->pictures[i];
        if (!slot->source)
            continue;
        describe(&plans[count], slot, now);
        describe_all(&if_all[count], &plans[count]);
        slots[count++] = slot;
    }
    allocation_run(plans, count, budget, &sums->sent);
    allocation_run(if_all, count, budget, &sums->if_all);
    const bool all_in_reach = layer_demand_is_in_reach(target_bps, sums->if_all.most_bps);
    for (size_t i = 0; i < count; i++) {
        apply(slots[i], &plans[i], now);
        if (plans[i].height)
            note_need(slots[i], &plans[i], &if_all[i], now, all_in_reach);
    }
}
