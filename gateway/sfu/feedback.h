// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/feedback.h - the RTCP a member sends: about its own streams, and about what it sees.
#ifndef GATEWAY_SFU_FEEDBACK_H
#define GATEWAY_SFU_FEEDBACK_H

#include "base/bytes.h"
#include "base/usec.h"

#include <stdint.h>

struct member;
struct outbox;
struct rtcp_sender;

// Reads one compound. What names streams of others is ignored.
void feedback_receive(struct member *m, usec now, struct bytes compound, struct outbox *out);

// A sender report, or the end of a stream, of a member: told by itself, or as a copy from another thread.
void feedback_reported(struct member *m, usec at, const struct rtcp_sender *sender);
void feedback_ended(struct member *m, uint32_t ssrc);

#endif
