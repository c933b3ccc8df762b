// SPDX-License-Identifier: AGPL-3.0-or-later
// base/deadlines.h - who is due first, of thousands: looking costs nothing, a change the logarithm of their number.
#ifndef GATEWAY_BASE_DEADLINES_H
#define GATEWAY_BASE_DEADLINES_H

#include "base/err.h"
#include "base/usec.h"

#include <stddef.h>

// Part of whoever is due. Zero-initialised is in no heap.
struct deadline {
    size_t place; // from 1; 0: in none
};

// Times stand side by side, so that comparing them touches nobody.
struct deadlines_entry {
    usec at;
    struct deadline *one; // borrowed
};

// Zero-initialised is valid and empty.
struct deadlines {
    struct deadlines_entry *heap; // owned
    size_t count;
    size_t capacity;
};

void deadlines_fini(struct deadlines *d);

// Takes memory, so that no later change does. ERR_NO_MEMORY leaves it out.
enum err deadlines_add(struct deadlines *d, struct deadline *one, usec at) MUST_CHECK;

// No-op on one that is in none, like deadlines_sooner and deadlines_remove.
void deadlines_set(struct deadlines *d, struct deadline *one, usec at);
// If that is sooner than it was to be.
void deadlines_sooner(struct deadlines *d, struct deadline *one, usec at);
void deadlines_remove(struct deadlines *d, struct deadline *one);

// NULL: there is nobody.
struct deadline *deadlines_first(const struct deadlines *d);
// USEC_NEVER: there is nobody.
usec deadlines_next(const struct deadlines *d);

#endif
