// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/estimate/recent_loss.h - the share of packets lost in the last two seconds.
#ifndef GATEWAY_SFU_ESTIMATE_RECENT_LOSS_H
#define GATEWAY_SFU_ESTIMATE_RECENT_LOSS_H

#include "base/usec.h"

#include <stdbool.h>
#include <stdint.h>

#define RECENT_LOSS_BUCKETS 8

// Zero-initialised is valid.
struct recent_loss {
    struct {
        int32_t packets;
        int32_t lost;
    } buckets[RECENT_LOSS_BUCKETS];
    int64_t newest; // number of a bucket
};

// So many more packets are known of, and so many more of them lost; the latter may be negative when one
// arrived after all.
void recent_loss_add(struct recent_loss *loss, usec now, int packets, int lost);

// 0..1. While nothing is added it stays as it is.
double recent_loss_share(const struct recent_loss *loss);

// Of at least ten packets more than half were lost.
bool recent_loss_is_heavy(const struct recent_loss *loss);

#endif
