// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/allocation.c - the most important first, and nothing that does not fit.
#include "sfu/allocation.h"

#include "sfu/ladder.h"

#include <assert.h>

#define OVERDRAW_BPS 500000

struct plan {
    // given
    size_t count;
    uint64_t keep_bps;
    uint64_t change_bps;
    // state
    uint64_t sum_bps;
    uint8_t order[ALLOCATION_SLOTS]; // most important first
    int8_t step[ALLOCATION_SLOTS];   // decided
    struct ladder ladders[ALLOCATION_SLOTS];
};

// Less anything that is to begin has to leave of the line: rates are measured to about 5 %, so what
// begins at their lowest must still fit when they are at their highest.
static uint64_t less_margin(uint64_t bps)
{
    return bps - bps / 10;
}

static bool is_before(const struct allocation_slot *a, const struct allocation_slot *b)
{
    if (a->class != b->class)
        return a->class < b->class;
    if (a->height != b->height)
        return a->height > b->height;
    return a->recency < b->recency;
}

// Equals stay in the order of their places.
static void put_in_order(struct plan *plan, const struct allocation_slot *slots)
{
    for (size_t i = 0; i < plan->count; i++) {
        size_t at = i;
        for (; at > 0 && is_before(&slots[i], &slots[plan->order[at - 1]]); at--)
            plan->order[at] = plan->order[at - 1];
        plan->order[at] = (uint8_t)i;
    }
}

static void plan_init(struct plan *plan, const struct allocation_slot *slots, size_t count,
                      const struct allocation_budget *budget)
{
    const uint64_t most_change = less_margin(budget->keep_bps);

    plan->count = count;
    plan->keep_bps = budget->keep_bps;
    plan->change_bps = budget->change_bps < most_change ? budget->change_bps : most_change;
    plan->sum_bps = 0;
    put_in_order(plan, slots);
    for (size_t i = 0; i < count; i++) {
        plan->step[i] = LADDER_NONE;
        ladder_build(&plan->ladders[i], &slots[i]);
    }
}

// The line carries it already: it is sent now, or something better, or something as dear.
static bool is_kept(const struct ladder *ladder, int8_t step)
{
    return step <= ladder->now || ladder_bps(ladder, step) <= ladder->now_bps;
}

// Takes the step if it is better, and fits.
static void try_step(struct plan *plan, size_t slot, int8_t step, uint64_t overdraw_bps)
{
    const struct ladder *ladder = &plan->ladders[slot];
    const uint64_t before = ladder_bps(ladder, plan->step[slot]);
    const uint64_t others = plan->sum_bps - before;
    const bool fits = is_kept(ladder, step)
                          ? others + ladder_bps(ladder, step) <= plan->keep_bps + overdraw_bps
                          : others + ladder_begin_bps(ladder, step) <=
                                plan->change_bps + less_margin(overdraw_bps);

    if (step <= plan->step[slot] || !fits)
        return;
    plan->sum_bps = others + ladder_bps(ladder, step);
    plan->step[slot] = step;
}

// What a screen is sent now has the overdraw too when its place is that of the cheapest step.
static void give_bases(struct plan *plan, const struct allocation_slot *slots)
{
    for (size_t i = 0; i < plan->count; i++) {
        const size_t slot = plan->order[i];
        const struct ladder *ladder = &plan->ladders[slot];
        const bool may_overdraw = i == 0 && slots[slot].class == ALLOCATE_SCREEN;
        try_step(plan, slot, ladder->base, may_overdraw ? OVERDRAW_BPS : 0);
        if (may_overdraw && ladder->now > ladder->base && ladder->now <= ladder->top &&
            ladder->bps[ladder->now] > 0 && ladder->place[ladder->now] <= ladder->base)
            try_step(plan, slot, ladder->now, OVERDRAW_BPS);
    }
}

// To all steps that have this place, as far as they fit; what is paused stays so, the ideal too.
static void climb(struct plan *plan, size_t slot, int8_t place)
{
    const struct ladder *ladder = &plan->ladders[slot];

    if (plan->step[slot] == LADDER_NONE || plan->step[slot] == ladder->top)
        return;
    for (int8_t step = place; step <= ladder->top; step++)
        if (ladder->bps[step] > 0 && ladder->place[step] == place)
            try_step(plan, slot, step, 0);
}

static void raise_the_important(struct plan *plan, const struct allocation_slot *slots)
{
    for (size_t i = 0; i < plan->count; i++) {
        const size_t slot = plan->order[i];
        if (slots[slot].class == ALLOCATE_GALLERY)
            return;
        for (int8_t place = 0; place <= plan->ladders[slot].usual; place++)
            climb(plan, slot, place);
    }
}

static void raise_all(struct plan *plan)
{
    for (int8_t place = 0; place < LADDER_STEPS; place++)
        for (size_t i = 0; i < plan->count; i++)
            climb(plan, plan->order[i], place);
}

static int8_t layer_of(int8_t step)
{
    if (step == LADDER_NONE)
        return -1;
    return (int8_t)(step / ALLOCATION_TEMPORALS);
}

static void decide(struct allocation_slot *slot, const struct ladder *ladder, int8_t step)
{
    slot->ideal = layer_of(ladder->top);
    slot->layer = layer_of(step);
    slot->temporal = (uint8_t)(step == LADDER_NONE ? 0 : step % ALLOCATION_TEMPORALS);
}

static struct allocation_sums add_up(const struct plan *plan)
{
    struct allocation_sums sums = {.sending_bps = plan->sum_bps};
    uint64_t cheapest = 0;

    for (size_t i = 0; i < plan->count; i++) {
        const struct ladder *ladder = &plan->ladders[i];
        const int8_t above = ladder_next(ladder, plan->step[i]);
        sums.most_bps += ladder_bps(ladder, ladder->top);
        if (ladder->base != LADDER_NONE && plan->step[i] == LADDER_NONE)
            sums.paused++;
        if (above == LADDER_NONE)
            continue;
        const uint64_t now = ladder_bps(ladder, plan->step[i]);
        const uint64_t begin = ladder_begin_bps(ladder, above);
        const uint64_t more = begin > now ? begin - now : 1;
        if (cheapest == 0 || more < cheapest)
            cheapest = more;
    }
    sums.next_bps = sums.sending_bps + cheapest;
    sums.goal_bps = cheapest == 0 ? sums.next_bps : sums.next_bps + sums.next_bps / 9 + 1;
    return sums;
}

void allocation_run(struct allocation_slot *slots, size_t count,
                    const struct allocation_budget *budget, struct allocation_sums *sums)
{
    struct plan plan;

    assert(count <= ALLOCATION_SLOTS);
    plan_init(&plan, slots, count, budget);
    give_bases(&plan, slots);
    raise_the_important(&plan, slots);
    raise_all(&plan);
    for (size_t i = 0; i < count; i++)
        decide(&slots[i], &plan.ladders[i], plan.step[i]);
    *sums = add_up(&plan);
}
