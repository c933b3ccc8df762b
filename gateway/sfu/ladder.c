// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/ladder.c - guesses what is not known, and leaves out what nobody should be sent.
#include "sfu/ladder.h"

#include <stdbool.h>

#define USUAL_HEIGHT 360
#define LOWEST_HEIGHT 180 // of a camera with several layers; each is twice as tall as the one below
#define DEAREST_GUESS 2500000
#define BPS_PER_SQUARED_LINE                                                                       \
    5 // 160 kbit/s at 180 lines, 650 at 360: what browsers allow themselves
#define TIMES_THE_LAYER_BELOW 4 // 3 to 4; the dearer guess is the safe one
#define PART_OF_THE_LAYER_ABOVE 3

// Thousandths of the whole, up to and including each layer of time, as libwebrtc divides.
static const uint16_t usual_share[ALLOCATION_TEMPORALS][ALLOCATION_TEMPORALS] = {
    {1000, 1000, 1000}, {600, 1000, 1000}, {400, 600, 1000}};

// The slot's layers without holes.
struct known {
    uint8_t count;
    bool active[PARAMETERS_LAYERS];
    uint8_t temporals[PARAMETERS_LAYERS];
    uint32_t height[PARAMETERS_LAYERS];
    uint32_t bps[PARAMETERS_LAYERS][ALLOCATION_TEMPORALS];
};

static uint32_t clamped(uint64_t bps)
{
    return bps > UINT32_MAX ? UINT32_MAX : (uint32_t)bps;
}

static uint32_t height_of(const struct allocation_slot *slot, uint8_t count, uint8_t layer)
{
    if (slot->layers[layer].height > 0)
        return slot->layers[layer].height;
    for (uint8_t other = 0; other < count; other++) {
        const uint32_t height = slot->layers[other].height;
        if (height > 0)
            return other < layer ? height << (layer - other) : height >> (other - layer);
    }
    return count == 1 ? USUAL_HEIGHT : (uint32_t)LOWEST_HEIGHT << layer;
}

// The whole rate of a layer as far as it was measured, or 0.
static uint32_t whole_measured(const struct allocation_layer *layer, uint8_t temporals)
{
    for (int t = temporals - 1; t >= 0; t--) {
        if (layer->bps[t] > 0)
            return clamped((uint64_t)layer->bps[t] * 1000 / usual_share[temporals - 1][t]);
    }
    return 0;
}

static uint32_t guess_from_height(uint32_t height)
{
    const uint64_t bps = (uint64_t)height * height * BPS_PER_SQUARED_LINE;
    return bps > DEAREST_GUESS ? DEAREST_GUESS : (uint32_t)bps;
}

// Of the nearest measured layer, one below before one above.
static uint32_t guess(const struct known *known, const uint32_t measured[], int layer)
{
    uint64_t bps;

    for (int below = layer - 1; below >= 0; below--) {
        if (measured[below] == 0)
            continue;
        bps = measured[below];
        for (int i = below; i < layer; i++)
            bps *= TIMES_THE_LAYER_BELOW;
        return clamped(bps);
    }
    for (int above = layer + 1; above < known->count; above++) {
        if (measured[above] == 0)
            continue;
        bps = measured[above];
        for (int i = layer; i < above; i++)
            bps /= PART_OF_THE_LAYER_ABOVE;
        return (uint32_t)bps;
    }
    return guess_from_height(known->height[layer]);
}

static void fill_rates(struct known *known, const struct allocation_layer *layer, int at,
                       uint32_t whole)
{
    const uint8_t temporals = known->temporals[at];
    uint32_t least = 1;

    for (uint8_t t = 0; t < temporals; t++) {
        uint32_t bps = layer->bps[t];
        if (bps == 0)
            bps = (uint32_t)((uint64_t)whole * usual_share[temporals - 1][t] / 1000);
        known->bps[at][t] = bps > least ? bps : least;
        least = known->bps[at][t];
    }
}

// Of a layer that is asleep, all that were ever measured.
static uint8_t temporals_of(const struct allocation_layer *layer)
{
    if (!layer->active || layer->temporals > ALLOCATION_TEMPORALS)
        return ALLOCATION_TEMPORALS;
    return layer->temporals > 0 ? layer->temporals : 1;
}

static void know(struct known *known, const struct allocation_slot *slot)
{
    uint32_t measured[PARAMETERS_LAYERS] = {0};

    *known = (struct known){.count = slot->layer_count < PARAMETERS_LAYERS ? slot->layer_count
                                                                           : PARAMETERS_LAYERS};
    for (uint8_t i = 0; i < known->count; i++) {
        known->active[i] = slot->layers[i].active;
        known->temporals[i] = temporals_of(&slot->layers[i]);
        known->height[i] = height_of(slot, known->count, i);
        if (known->active[i])
            measured[i] = whole_measured(&slot->layers[i], known->temporals[i]);
    }
    for (int i = 0; i < known->count; i++)
        fill_rates(known, &slot->layers[i], i,
                   measured[i] ? measured[i] : guess(known, measured, i));
}

// The lowest active layer that is at least so tall, else the highest active one, else -1.
static int8_t layer_for(const struct known *known, uint32_t height)
{
    int8_t best = -1;

    for (int8_t i = 0; i < known->count; i++) {
        if (!known->active[i])
            continue;
        best = i;
        if (known->height[i] >= height)
            break;
    }
    return best;
}

static int8_t last_step(const struct known *known, int layer)
{
    return layer < 0 ? LADDER_NONE
                     : (int8_t)(ALLOCATION_TEMPORALS * layer + known->temporals[layer] - 1);
}

static int8_t step_now(const struct allocation_slot *slot, const struct known *known)
{
    if (slot->now_layer < 0 || slot->now_layer >= known->count)
        return LADDER_NONE;
    const int8_t whole = last_step(known, slot->now_layer);
    const int8_t sent = (int8_t)(ALLOCATION_TEMPORALS * slot->now_layer);
    return slot->now_temporal < whole - sent ? (int8_t)(sent + slot->now_temporal) : whole;
}

static uint64_t weight(const struct ladder *ladder, int8_t step)
{
    const uint64_t bps = ladder->bps[step];
    return step == ladder->now ? bps * 4 / 5 : bps;
}

static int8_t place_of(const struct ladder *ladder, int8_t step)
{
    const uint64_t mine = weight(ladder, step);

    for (int8_t lower = 0; lower < step; lower++)
        if (weight(ladder, lower) >= mine)
            return lower;
    return step;
}

static void compare_steps(struct ladder *ladder)
{
    for (int8_t step = ladder->top; step >= 0; step--) {
        if (ladder->bps[step] == 0)
            continue;
        ladder->place[step] = place_of(ladder, step);
    }
}

static int8_t cheapest(const struct ladder *ladder)
{
    int8_t least = LADDER_NONE;

    for (int8_t step = ladder->top; step >= 0; step--)
        if (ladder->bps[step] > 0 &&
            (least == LADDER_NONE || ladder->bps[step] < ladder->bps[least]))
            least = step;
    return least;
}

void ladder_build(struct ladder *ladder, const struct allocation_slot *slot)
{
    struct known known;

    know(&known, slot);
    *ladder = (struct ladder){.base = LADDER_NONE, .top = LADDER_NONE, .usual = LADDER_NONE};
    ladder->now = step_now(slot, &known);
    if (ladder->now != LADDER_NONE && known.active[slot->now_layer])
        ladder->now_bps = known.bps[slot->now_layer][ladder->now % ALLOCATION_TEMPORALS];
    if (slot->height == 0)
        return;
    const int ideal = layer_for(&known, slot->height);
    const int lowest = layer_for(&known, 0);
    ladder->top = last_step(&known, ideal);
    ladder->usual = last_step(
        &known, layer_for(&known, slot->height < USUAL_HEIGHT ? slot->height : USUAL_HEIGHT));
    for (int i = lowest; i >= 0 && i <= ideal; i++) {
        const bool is_whole_only = slot->class != ALLOCATE_SCREEN && i > lowest;
        if (!known.active[i])
            continue;
        for (uint8_t t = is_whole_only && known.temporals[i] == 3; t < known.temporals[i]; t++) {
            const int step = ALLOCATION_TEMPORALS * i + t;
            const uint32_t most = slot->layers[i].most_bps[t];
            ladder->bps[step] = known.bps[i][t];
            ladder->most_bps[step] = most > ladder->bps[step] ? most : ladder->bps[step];
        }
    }
    compare_steps(ladder);
    ladder->base = cheapest(ladder);
}

int8_t ladder_next(const struct ladder *ladder, int8_t step)
{
    int8_t next = LADDER_NONE;

    for (int8_t above = ladder->top; above > step; above--) {
        if (ladder->bps[above] > 0 && (next == LADDER_NONE || ladder_begin_bps(ladder, above) <
                                                                  ladder_begin_bps(ladder, next)))
            next = above;
    }
    return next;
}

uint32_t ladder_bps(const struct ladder *ladder, int8_t step)
{
    return step < 0 ? 0 : ladder->bps[step];
}

uint32_t ladder_begin_bps(const struct ladder *ladder, int8_t step)
{
    return step == ladder->base ? ladder_bps(ladder, step) : step < 0 ? 0 : ladder->most_bps[step];
}
