// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/feedback.h - the RTCP a member sends: about its own streams, and about what it sees.
#ifndef GATEWAY_SFU_FEEDBACK_H
#define GATEWAY_SFU_FEEDBACK_H

#include "base/bytes.h"
#include "base/usec.h"

struct member;
struct outbox;

// Reads one compound. What names streams of others is ignored.
void feedback_receive(struct member *m, usec now, struct bytes compound, struct outbox *out);

#endif
