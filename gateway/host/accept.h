// SPDX-License-Identifier: AGPL-3.0-or-later
// host/accept.h - how many connections one address may have, and how fast it may make and use them.
#ifndef GATEWAY_HOST_ACCEPT_H
#define GATEWAY_HOST_ACCEPT_H

#include "base/address.h"
#include "base/err.h"
#include "base/usec.h"

#include <stdbool.h>
#include <stdint.h>

struct accept;
struct addresses;

struct accept_limits {
    uint32_t most;
    uint32_t most_per_address;
    const struct addresses
        *unlimited; // borrowed for the call; only `most` holds for them. NULL: none
};

// IPv4 addresses count one by one, IPv6 ones by their /64. `seed` is random and secret.
enum err accept_create(struct accept **made, const struct accept_limits *limits, uint64_t seed)
    MUST_CHECK;
void accept_destroy(struct accept *a);

// May this address connect now? Counts the attempt against its rate, not yet the connection.
bool accept_allows(struct accept *a, usec now, const struct address *from);

// A connection of it began, ended.
void accept_opened(struct accept *a, usec now, const struct address *from);
void accept_closed(struct accept *a, usec now, const struct address *from);

// Is it one of those that the limits per address do not hold for?
bool accept_is_unlimited(const struct accept *a, const struct address *from);

// May an address with a connection ask for one more page or call now?
bool accept_takes_request(struct accept *a, usec now, const struct address *from);

// Forgets addresses without connections whose rate is at rest again; to be called now and then.
void accept_sweep(struct accept *a, usec now);
uint32_t accept_count(const struct accept *a);

#endif
