// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/picture_budget.h - fits the pictures one viewer wants into what its line carries.
#ifndef GATEWAY_SFU_PICTURE_BUDGET_H
#define GATEWAY_SFU_PICTURE_BUDGET_H

#include "base/usec.h"
#include "sfu/allocation.h"

#include <stdint.h>

struct member;

struct picture_sums {
    struct allocation_sums sent; // of what arrives now
    struct allocation_sums
        if_all; // as if all layers arrived, also those that their senders left out
};

// Decides the layers of all picture slots of the viewer, asks for the key frames they need, and notes
// which layers are needed. `target_bps` is what the whole line carries.
void picture_budget_run(struct member *viewer, usec now, uint64_t target_bps,
                        const struct allocation_budget *budget, struct picture_sums *sums);

#endif
