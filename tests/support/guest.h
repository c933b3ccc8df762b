// SPDX-License-Identifier: AGPL-3.0-or-later
// support/guest.h - one scripted browser of a room: sends its sources, watches its slots, answers RTCP.
#ifndef TESTS_SUPPORT_GUEST_H
#define TESTS_SUPPORT_GUEST_H

#include "support/room.h"

void guest_init(struct guest *g, uint32_t number, uint64_t transport, usec now,
                const struct room_options *options, const struct fingerprint *gateway);
void guest_fini(struct guest *g);

void guest_receive(struct guest *g, usec now, struct datagram in, struct outbox *out);
void guest_told(struct guest *g, usec now, const struct sfu_event *event);
void guest_run(struct guest *g, usec now, struct outbox *out);

#endif
