// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/intake.h - what the opened packets of one member bring: nothing while it waits.
#ifndef GATEWAY_SFU_INTAKE_H
#define GATEWAY_SFU_INTAKE_H

#include "base/bytes.h"
#include "base/usec.h"

struct member;
struct outbox;
struct stream;

// A packet to be forwarded goes into the router's fanout, which must not be full.
void intake_rtp(struct member *m, usec now, struct bytes plain);
void intake_rtcp(struct member *m, usec now, struct bytes plain, struct outbox *out);

// A packet that was taken in on another thread, of a member who is a mirror here.
void intake_copied(struct member *m, usec at, const struct stream *stream, struct bytes plain);

#endif
