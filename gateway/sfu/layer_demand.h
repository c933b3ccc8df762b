// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/layer_demand.h - which layers of one source anybody needs, so that its sender can leave out the others.
#ifndef GATEWAY_SFU_LAYER_DEMAND_H
#define GATEWAY_SFU_LAYER_DEMAND_H

#include "base/usec.h"
#include "sfu/parameters.h"

#include <stdbool.h>
#include <stdint.h>

// Zero-initialised is valid: the sender sends all layers, as browsers begin. A layer is told to be needed
// as soon as it is, and not to be only after 5 s in which nobody noted it; the lowest always is. That a
// layer is needed says nothing of the ones below it.
struct layer_demand {
    bool begun;
    usec needed_at[PARAMETERS_LAYERS];
    bool off[PARAMETERS_LAYERS]; // as told last
};

// Somebody needs this layer now; below 0: none. To be called in each round (at least every 2 s or so)
// for each slot of each viewer, with
// - the layer decided (struct allocation_slot), and the one still shown;
// - the layer that would be, if the sender sent all; of those the ideal, if layer_demand_is_in_reach.
void layer_demand_note(struct layer_demand *demand, usec now, int8_t layer);

// May a line that is thought to carry `target_bps` soon turn out to carry `bps`? One probe tries at most
// twice what is known, so a layer beyond that is not worth sending on suspicion. `bps` is what the viewer
// would be sent with all it wants: allocation_sums.most_bps.
bool layer_demand_is_in_reach(uint64_t target_bps, uint64_t bps);

// After a round's notes. True when the sender of these `count` layers is to be told
// `needed`, which is filled in any case; from then on that counts as told.
bool layer_demand_changed(struct layer_demand *demand, usec now, uint8_t count,
                          bool needed[static PARAMETERS_LAYERS]);

#endif
