// SPDX-License-Identifier: AGPL-3.0-or-later
// support/feasible.h - the best a line could carry, found by trying everything.
#ifndef TESTS_SUPPORT_FEASIBLE_H
#define TESTS_SUPPORT_FEASIBLE_H

#include <stddef.h>
#include <stdint.h>

#define FEASIBLE_PICTURES 5
#define FEASIBLE_CHOICES 9

// One picture: what each way of sending it costs, in bit/s of IP packets. In any order.
struct feasible_picture {
    uint8_t count;
    uint32_t bps[FEASIBLE_CHOICES];
};

// Of all ways to send these pictures within `room_bps`, those that show the most pictures; of those
// what the dearest costs in all. Knows nothing of how the gateway decides.
uint64_t feasible_best(const struct feasible_picture *pictures, size_t count, uint64_t room_bps);

#endif
