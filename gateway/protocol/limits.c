// SPDX-License-Identifier: AGPL-3.0-or-later
// protocol/limits.c - how much one page may say.
#include "protocol/limits.h"

#define MESSAGES_PER_SECOND 20
#define MESSAGES_BURST 60
#define OFFERS_PER_SECOND 0.2
#define OFFERS_BURST 10

void limits_init(struct limits *limits, usec now)
{
    bucket_init(&limits->messages, MESSAGES_PER_SECOND, MESSAGES_BURST, now);
    bucket_init(&limits->offers, OFFERS_PER_SECOND, OFFERS_BURST, now);
}

bool limits_take_message(struct limits *limits, usec now)
{
    return bucket_take(&limits->messages, now, 1);
}

bool limits_take_offer(struct limits *limits, usec now)
{
    return bucket_take(&limits->offers, now, 1);
}
