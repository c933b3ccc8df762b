// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/rights.h - who may do what: the roles of the product as a table.
#ifndef GATEWAY_MEETUP_RIGHTS_H
#define GATEWAY_MEETUP_RIGHTS_H

#include "meetup/effect.h"
#include "store/record.h"

#include <stdbool.h>

// Bits.
enum right {
    RIGHT_NONE = 0,  // nothing special: whoever is there may
    RIGHT_SEE = 1,   // see and hear the room
    RIGHT_SPEAK = 2, // be seen and heard
    RIGHT_CHAT = 4,
    RIGHT_ADMIT = 8,     // run the waiting room
    RIGHT_MODERATE = 16, // mute and remove; who has it is a host
    RIGHT_ROSTER = 32,   // receive roster names
    RIGHT_END = 64
};

// What a verb grants is no refusal.
#define GRANTED REFUSAL_KINDS

struct verb;

bool rights_has(enum role role, enum right right);

// Doctor and patient so far; the other roles have their place in the table only.
bool rights_is_active(enum role role);

bool rights_is_host(enum role role);

// The one policy: may somebody of this role, at this stage, use this verb? GRANTED or why not.
enum refusal rights_check(const struct verb *verb, enum role role, enum stage stage);

#endif
