// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/picture_budget.h - fits the pictures one viewer wants into what its line carries.
#ifndef GATEWAY_SFU_PICTURE_BUDGET_H
#define GATEWAY_SFU_PICTURE_BUDGET_H

#include "base/usec.h"
#include "sfu/allocation.h"

#include <stdint.h>

struct member;

// Decides the layers of all picture slots of the viewer and asks for the key frames they need.
// `*wish_bps`: what more all would cost with the layers wished for, some of which are switched off at
// their senders now.
void picture_budget_run(struct member *viewer, usec now, const struct allocation_budget *budget,
                        struct allocation_sums *sums, uint64_t *wish_bps);

#endif
