// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/estimate/link_capacity.h - what the line carried when it was full, and how much that varies.
#ifndef GATEWAY_SFU_ESTIMATE_LINK_CAPACITY_H
#define GATEWAY_SFU_ESTIMATE_LINK_CAPACITY_H

#include <stdbool.h>

// Zero-initialised is valid: nothing is known.
struct link_capacity {
    double kbps;      // 0: not known
    double deviation; // the variance, as a share of kbps
};

// A queue filled while this arrived.
void link_capacity_filled(struct link_capacity *capacity, double bps);
// A probe found this.
void link_capacity_probed(struct link_capacity *capacity, double bps);

// More, or less, than three standard deviations off what is known: it is forgotten.
void link_capacity_doubt_above(struct link_capacity *capacity, double bps);
void link_capacity_doubt_below(struct link_capacity *capacity, double bps);

#endif
