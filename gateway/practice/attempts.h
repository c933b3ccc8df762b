// SPDX-License-Identifier: AGPL-3.0-or-later
// practice/attempts.h - how often one address or one account may try something.
#ifndef GATEWAY_PRACTICE_ATTEMPTS_H
#define GATEWAY_PRACTICE_ATTEMPTS_H

#include "base/address.h"
#include "base/rate.h"
#include "base/usec.h"

#include <stdbool.h>
#include <stdint.h>

#define ATTEMPTS_SLOTS 1024

// A fixed table: a newcomer that lands on another's slot takes it over, so memory is bounded and
// nobody is ever locked out for good.
struct attempts {
    uint64_t seed; // secret, so that slots cannot be aimed at
    double per_minute;
    double burst;
    struct {
        uint64_t key;
        struct bucket bucket;
    } slots[ATTEMPTS_SLOTS];
};

// The key of an address: one of IPv4, a /64 of IPv6; whatever port it comes from.
uint64_t attempts_key(const struct address *from);

void attempts_init(struct attempts *attempts, uint64_t seed, double per_minute, double burst);

// Takes one attempt of whoever `key` (any hash of them) stands for; false: too many just now.
bool attempts_take(struct attempts *attempts, usec now, uint64_t key);

// It was no guess: the attempt counts no more.
void attempts_return(struct attempts *attempts, uint64_t key);

#endif
