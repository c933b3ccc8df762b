// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/lookup.h - whose datagram is it: members by path and by user fragment.
#ifndef GATEWAY_SFU_LOOKUP_H
#define GATEWAY_SFU_LOOKUP_H

#include "base/bytes.h"
#include "base/drops.h"
#include "base/err.h"
#include "base/table.h"
#include "transport/transport.h"

#include <stdbool.h>
#include <stdint.h>

struct member;

struct lookup {
    // given
    uint64_t seed; // secret, so that nobody chooses addresses that collide
    // owned
    struct table paths;
    struct table ufrags;
};

void lookup_fini(struct lookup *l);

// NULL with a reason when nobody owns it: a STUN request belongs to the fragment it names, anything
// else to the transport that proved the path.
struct member *lookup_find(const struct lookup *l, struct datagram in, enum drop *reason);

bool lookup_has_path(const struct lookup *l, const struct path *path);

// After the member received a datagram: its path may be new, others may have been pushed out.
void lookup_learn(struct lookup *l, struct member *m, const struct path *path);

// The fragment of a new member, or of an ICE restart.
enum err lookup_add_ufrag(struct lookup *l, struct member *m, const char *ufrag) MUST_CHECK;

// The member goes.
void lookup_forget(struct lookup *l, struct member *m);

#endif
