// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/upstream.h - what we tell a member about what it sends: losses, arrivals, wishes for key frames.
#ifndef GATEWAY_SFU_UPSTREAM_H
#define GATEWAY_SFU_UPSTREAM_H

#include "base/usec.h"

#include <stdint.h>

struct compound;
struct member;

// NACKs, requests for key frames and transport-wide feedback that are due.
void upstream_tick(struct member *m, usec now, struct compound *to);
usec upstream_deadline(const struct member *m);

// What the line towards this member carries: below 100 kbit/s our reports take of it only what they must.
void upstream_set_target(struct member *m, uint32_t target_bps);
// From one round of reports to the next: a second, or 2.5 s on such a line.
usec upstream_report_interval(const struct member *m);

// A receiver report of all its streams.
void upstream_report(struct member *m, usec now, struct compound *to);

#endif
