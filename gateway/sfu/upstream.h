// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/upstream.h - what we tell a member about what it sends: losses, arrivals, wishes for key frames.
#ifndef GATEWAY_SFU_UPSTREAM_H
#define GATEWAY_SFU_UPSTREAM_H

#include "base/usec.h"

struct compound;
struct member;

// NACKs, requests for key frames and transport-wide feedback that are due.
void upstream_tick(struct member *m, usec now, struct compound *to);
usec upstream_deadline(const struct member *m);

// A receiver report of all its streams.
void upstream_report(struct member *m, usec now, struct compound *to);

#endif
