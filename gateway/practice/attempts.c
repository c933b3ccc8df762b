// SPDX-License-Identifier: AGPL-3.0-or-later
// practice/attempts.c - how often one address or one account may try something.
#include "practice/attempts.h"

#include <string.h>

void attempts_init(struct attempts *attempts, uint64_t seed, double per_minute, double burst)
{
    *attempts = (struct attempts){.seed = seed, .per_minute = per_minute, .burst = burst};
}

// splitmix64's finaliser.
static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

uint64_t attempts_key(const struct address *from)
{
    struct address part = *from;

    part.port = 0;
    part.scope = 0;
    if (!address_is_v4(from))
        memset(part.ip + 8, 0, 8); // whoever has one address of a /64 has them all
    return address_hash(&part, 0);
}

void attempts_return(struct attempts *attempts, uint64_t key)
{
    const uint64_t mixed = mix(key ^ attempts->seed) | 1;
    struct bucket *bucket = &attempts->slots[mixed >> 32 & (ATTEMPTS_SLOTS - 1)].bucket;

    if (attempts->slots[mixed >> 32 & (ATTEMPTS_SLOTS - 1)].key == mixed &&
        bucket->tokens + 1 <= bucket->burst)
        bucket->tokens += 1;
}

bool attempts_take(struct attempts *attempts, usec now, uint64_t key)
{
    const uint64_t mixed = mix(key ^ attempts->seed) | 1; // 0 marks a free slot
    struct bucket *bucket = &attempts->slots[mixed >> 32 & (ATTEMPTS_SLOTS - 1)].bucket;
    uint64_t *owner = &attempts->slots[mixed >> 32 & (ATTEMPTS_SLOTS - 1)].key;

    if (*owner != mixed) {
        *owner = mixed;
        bucket_init(bucket, attempts->per_minute / 60, attempts->burst, now);
    }
    return bucket_take(bucket, now, 1);
}
