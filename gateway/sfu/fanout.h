// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/fanout.h - the packets of one turn, sent viewer by viewer, so that those for one stand together.
#ifndef GATEWAY_SFU_FANOUT_H
#define GATEWAY_SFU_FANOUT_H

#include "base/err.h"
#include "base/usec.h"
#include "sfu/packet.h"

#include <stdbool.h>
#include <stdint.h>

#define FANOUT_PACKETS 64
#define FANOUT_SENDS 4096 // packets times viewers
#define FANOUT_AT_ONCE 4  // that one datagram may bring: a frame of sound, and lost ones before it

struct fanout;
struct list;
struct member;
struct outbox;

// Part of each viewer: what it is to be sent at the end of the turn. One producer is in one slot of
// a viewer at most, so there is always room.
struct fanout_list {
    uint16_t count;
    struct {
        uint16_t packet;
        uint16_t slot; // of the viewer
    } at[FANOUT_PACKETS];
};

enum err fanout_create(struct fanout **made) MUST_CHECK;
void fanout_destroy(struct fanout *f);

// Keeps a copy of the payload. Full (not all of one more datagram may fit, or so much is to be sent that
// the turn would last too long), or empty: ask before adding and flush.
bool fanout_is_full(const struct fanout *f);
bool fanout_is_empty(const struct fanout *f);
void fanout_add(struct fanout *f, const struct packet *packet);

// Its packets are sent to nobody: it is about to be destroyed.
void fanout_forget(struct fanout *f, const struct member *sender);

// Sends each packet to the slots its producer is in now; another viewer is first each time.
void fanout_flush(struct fanout *f, usec now, struct outbox *out);

#endif
