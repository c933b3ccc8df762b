// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/mirror.h - a member of another thread, as far as somebody is to see and hear it here.
//
// It sends: its packets come as copies, and the same is made of them as there. It has no transport, no slots
// and no line. What its sender has to know goes back as copies, seldom.
#ifndef GATEWAY_SFU_MIRROR_H
#define GATEWAY_SFU_MIRROR_H

#include "base/usec.h"

#include <stdbool.h>
#include <stdint.h>

struct member;
struct router;
struct sfu_copy;

// Part of a member who is a mirror.
struct mirrored {
    uint8_t home;   // the thread it lives on
    usec heard_at;  // when its facts were told last
    usec layers_at; // when what is needed was told last
};

// Part of a member who is none: what its listeners on other threads need, as they said last.
struct heard_elsewhere {
    usec thin_at;
    usec loss_at;
    double loss;
};

// A copy of what a member of another thread sends.
void mirror_receive(struct router *r, usec now, unsigned from, const struct sfu_copy *copy);

// A copy back from another thread, of what somebody there needs of this member, who lives here.
void mirror_heard_of(struct member *m, usec now, const struct sfu_copy *copy);

// Those of whom nothing is told any more leave; those who are due are touched. Returns when to look again.
usec mirrors_run(struct router *r, usec now);
// All leave.
void mirrors_close(struct router *r);

// At the end of a turn: key frames that somebody waits for are asked for.
void mirror_tick(struct member *m, usec now);

// In each round, and as soon as a layer is needed that was not.
void mirror_tell_layers(struct member *m, usec now);
// In each round, after its listeners here were asked.
void mirror_tell_voice(struct member *m, usec now);

bool mirror_thin_elsewhere(const struct heard_elsewhere *e, usec now);
double mirror_loss_elsewhere(const struct heard_elsewhere *e, usec now);

#endif
