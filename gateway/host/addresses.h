// SPDX-License-Identifier: AGPL-3.0-or-later
// host/addresses.h - the addresses of this machine that browsers can reach.
#ifndef GATEWAY_HOST_ADDRESSES_H
#define GATEWAY_HOST_ADDRESSES_H

#include "base/address.h"
#include "base/err.h"

#include <stddef.h>

#define ADDRESSES_MOST 16

struct addresses {
    struct address items[ADDRESSES_MOST]; // port 0, no scope
    size_t count;
};

// Every address of every interface that is up, IPv4 first; no link-local ones, and loopback only
// when there is nothing else.
void addresses_of_machine(struct addresses *found);

// From a list of bare addresses as in media.addresses; false when one is none, or there are too many.
bool addresses_from_text(struct addresses *found, const char *list);

#endif
