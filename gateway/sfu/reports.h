// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/reports.h - sender reports of a viewer's slots, on our clock.
#ifndef GATEWAY_SFU_REPORTS_H
#define GATEWAY_SFU_REPORTS_H

#include "base/usec.h"

#include <stdbool.h>
#include <stdint.h>

struct compound;
struct member;

// Of all slots in use, or only of those that just began.
void reports_send(struct member *m, usec now, bool only_begun, struct compound *to);

// The NTP time we report for `now`.
uint64_t reports_ntp(const struct member *m, usec now);

#endif
