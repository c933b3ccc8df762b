// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/layer_demand.c - needed at once, and for a while after.
#include "sfu/layer_demand.h"

#define OFF_AFTER SEC(5)
#define PROBE_FACTOR 2

// A layer that nobody noted yet has its time too: viewers are only coming.
static void begin(struct layer_demand *demand, usec now)
{
    if (demand->begun)
        return;
    demand->begun = true;
    for (int i = 0; i < PARAMETERS_LAYERS; i++)
        demand->needed_at[i] = now;
}

void layer_demand_note(struct layer_demand *demand, usec now, int8_t layer)
{
    begin(demand, now);
    if (layer >= 0 && layer < PARAMETERS_LAYERS)
        demand->needed_at[layer] = now;
}

bool layer_demand_is_in_reach(uint64_t target_bps, uint64_t bps)
{
    return bps / PROBE_FACTOR <= target_bps;
}

bool layer_demand_changed(struct layer_demand *demand, usec now, uint8_t count,
                          bool needed[static PARAMETERS_LAYERS])
{
    bool changed = false;

    begin(demand, now);
    for (uint8_t i = 0; i < PARAMETERS_LAYERS; i++) {
        needed[i] = i == 0 || (i < count && now - demand->needed_at[i] < OFF_AFTER);
        changed = changed || (i < count && needed[i] == demand->off[i]);
    }
    for (uint8_t i = 0; changed && i < count && i < PARAMETERS_LAYERS; i++)
        demand->off[i] = !needed[i];
    return changed;
}
