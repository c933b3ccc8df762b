// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/caution.c - failures of steps up, and how long they are remembered.
#include "sfu/caution.h"

#define STEP 105 // per cent; less is noise
#define SOON SEC(10)
#define PATIENCE_FIRST SEC(10)
#define PATIENCE_MAX SEC(60)
#define FAR_MORE 170 // per cent
#define BELOW 95     // per cent of what failed

void caution_init(struct caution *caution, usec now)
{
    *caution = (struct caution){.begins = now + SOON};
}

void caution_note(struct caution *caution, usec now, uint64_t planned_bps, uint64_t target_bps)
{
    const uint64_t before = caution->planned;

    caution->planned = planned_bps;
    if (now < caution->begins)
        return;
    if (planned_bps * 100 > before * STEP) {
        caution->rose_to = planned_bps;
        caution->rose_at = now;
    }
    if (planned_bps * STEP > before * 100 || target_bps > caution->rose_to) {
        if (caution->failed && caution->rose_to >= caution->failed && now - caution->rose_at > SOON)
            caution->failed = 0; // this time it holds
        return;
    }
    if (!caution->rose_to || now - caution->rose_at > SOON)
        return;
    caution->patience =
        caution->failed ? usec_min(2 * caution->patience, PATIENCE_MAX) : PATIENCE_FIRST;
    caution->failed = caution->rose_to;
    caution->failed_at = now;
    caution->rose_to = 0;
}

uint64_t caution_limit(const struct caution *caution, usec now, uint64_t budget_bps)
{
    const uint64_t limit = caution->failed * BELOW / 100;

    if (!caution->failed || now - caution->failed_at > caution->patience ||
        budget_bps * 100 > caution->failed * FAR_MORE)
        return budget_bps;
    return budget_bps < limit ? budget_bps : limit;
}
