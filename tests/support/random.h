// SPDX-License-Identifier: AGPL-3.0-or-later
// support/random.h - numbers that look random and are the same in every run.
#ifndef TESTS_SUPPORT_RANDOM_H
#define TESTS_SUPPORT_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// xoshiro256**: equal seeds give equal numbers on every machine.
struct random {
    uint64_t state[4];
};

struct random random_seeded(uint64_t seed);

uint64_t random_u64(struct random *random);
uint32_t random_u32(struct random *random);

// From 0 up to, not including, `limit`, which is above 0. Every number is as likely as another.
uint64_t random_below(struct random *random, uint64_t limit);

// From `low` up to and including `high`.
int64_t random_between(struct random *random, int64_t low, int64_t high);

// True `per_million` times in a million, on average: a lossy link's question.
bool random_chance(struct random *random, uint32_t per_million);

void random_fill(struct random *random, void *at, size_t len);

#endif
