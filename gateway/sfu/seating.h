// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/seating.h - gives the slots of one viewer their sources, and tells its owner.
#ifndef GATEWAY_SFU_SEATING_H
#define GATEWAY_SFU_SEATING_H

#include "base/usec.h"

struct member;

// By what the page wants and who sends. A viewer who waits gets nobody.
void seating_run(struct member *viewer, usec now);

// As far as sounds go that wait for a pause (`waits_for_pause`), while nothing else changed.
void seating_move_sounds(struct member *viewer, usec now);

// Tells the owner who is in which slot now, and which are paused, as far as that is news. What there is no
// room for among the events is news the next time, too.
void seating_tell(struct member *viewer);

#endif
