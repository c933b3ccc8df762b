// SPDX-License-Identifier: AGPL-3.0-or-later
// support/random.c - numbers that look random and are the same in every run.
#include "support/random.h"

// splitmix64: one seed becomes four words of state, none of them related to a neighbour's.
static uint64_t splitmix(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

struct random random_seeded(uint64_t seed)
{
    struct random random;

    for (size_t i = 0; i < 4; i++)
        random.state[i] = splitmix(&seed);
    return random;
}

static uint64_t rotate(uint64_t word, unsigned by)
{
    return word << by | word >> (64 - by);
}

uint64_t random_u64(struct random *random)
{
    uint64_t *const s = random->state;
    const uint64_t result = rotate(s[1] * 5, 7) * 9;
    const uint64_t shifted = s[1] << 17;

    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate(s[3], 45);
    return result;
}

uint32_t random_u32(struct random *random)
{
    return (uint32_t)(random_u64(random) >> 32);
}

uint64_t random_below(struct random *random, uint64_t limit)
{
    const uint64_t whole = UINT64_MAX - UINT64_MAX % limit;
    uint64_t word = random_u64(random);

    while (word >= whole)
        word = random_u64(random);
    return word % limit;
}

int64_t random_between(struct random *random, int64_t low, int64_t high)
{
    const uint64_t span = (uint64_t)high - (uint64_t)low;
    const uint64_t offset =
        span == UINT64_MAX ? random_u64(random) : random_below(random, span + 1);

    return (int64_t)((uint64_t)low + offset);
}

bool random_chance(struct random *random, uint32_t per_million)
{
    return random_below(random, 1000000) < per_million;
}

void random_fill(struct random *random, void *at, size_t len)
{
    uint8_t *const bytes = at;

    for (size_t i = 0; i < len; i++)
        bytes[i] = (uint8_t)(random_u64(random) >> 56);
}
