// SPDX-License-Identifier: AGPL-3.0-or-later
// support/flight.h - datagrams on their way, the one that is due first at hand.
#ifndef TESTS_SUPPORT_FLIGHT_H
#define TESTS_SUPPORT_FLIGHT_H

#include "base/usec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FLIGHT_DATAGRAM 2048

struct flown {
    usec due;
    uint64_t order; // of two due at once, the one that was put in first is first
    uint32_t where; // the caller's own
    size_t len;
    uint8_t bytes[FLIGHT_DATAGRAM];
};

struct flight {
    struct flown **heap;
    size_t count;
    size_t room;
    uint64_t orders;
};

// A zeroed flight is empty.
void flight_fini(struct flight *flight);

// False when there is no memory, or the datagram is too long.
bool flight_put(struct flight *flight, usec due, uint32_t where, const void *bytes, size_t len);

// USEC_NEVER when nothing is on its way.
usec flight_next(const struct flight *flight);

// The first that is due by now, or NULL. The caller frees it with mem_free.
struct flown *flight_take(struct flight *flight, usec now);

#endif
