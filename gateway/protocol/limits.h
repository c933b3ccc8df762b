// SPDX-License-Identifier: AGPL-3.0-or-later
// protocol/limits.h - how much one page may say.
#ifndef GATEWAY_PROTOCOL_LIMITS_H
#define GATEWAY_PROTOCOL_LIMITS_H

#include "base/rate.h"
#include "base/usec.h"

#include <stdbool.h>
#include <stddef.h>

#define LIMITS_MESSAGE_MAX ((size_t)256 * 1024) // bytes of one message
#define LIMITS_PLAIN_MAX ((size_t)32 * 1024)    // of one without an offer
#define LIMITS_QUEUE_MAX ((size_t)1024 * 1024)  // bytes a page may leave unread
#define LIMITS_FIRST_MESSAGE SEC(10)            // after the upgrade

// Of one conversation. Joins, offers and whatever is as large as one are dear, so they have a budget
// of their own.
struct limits {
    struct bucket messages;
    struct bucket offers;
};

void limits_init(struct limits *limits, usec now);

// One message has come; false: it is one too many (close with 1008).
bool limits_take_message(struct limits *limits, usec now);

// It is a join, an offer, or larger than a plain message; false: refuse it as too_many.
bool limits_take_offer(struct limits *limits, usec now);

#endif
