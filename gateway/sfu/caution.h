// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/caution.h - a rate that a line turned out not to carry is not tried again soon.
#ifndef GATEWAY_SFU_CAUTION_H
#define GATEWAY_SFU_CAUTION_H

#include "base/usec.h"

#include <stdint.h>

// Rates are of everything sent to one viewer.
struct caution {
    usec begins;      // not before: a line that was just met is being tried out
    uint64_t planned; // last
    uint64_t rose_to;
    usec rose_at;
    uint64_t failed; // 0: none
    usec failed_at;
    usec patience; // doubles with each failure
};

// Another line begins: nothing failed on it yet, nor for its first ten seconds.
void caution_init(struct caution *caution, usec now);

// So much is to be sent from now on, on a line that is thought to carry `target_bps`. A step up that has to be
// taken back within ten seconds failed.
void caution_note(struct caution *caution, usec now, uint64_t planned_bps, uint64_t target_bps);

// What new may be begun with, of `budget_bps`: less than what failed of late, unless the line is
// now thought to carry far more.
uint64_t caution_limit(const struct caution *caution, usec now, uint64_t budget_bps);

#endif
