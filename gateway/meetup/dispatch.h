// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/dispatch.h - each request to its verb, and refusals back to who asked.
#ifndef GATEWAY_MEETUP_DISPATCH_H
#define GATEWAY_MEETUP_DISPATCH_H

#include "meetup/effect.h"

struct turn;

void dispatch(struct turn *turn);

// Tells the conversation of the turn's request why not.
void dispatch_refuse(struct turn *turn, enum refusal refusal);

#endif
