// SPDX-License-Identifier: AGPL-3.0-or-later
// host/heap.h - memory goes back to the system when those who needed it have gone.
#ifndef GATEWAY_HOST_HEAP_H
#define GATEWAY_HOST_HEAP_H

#include "base/usec.h"

#include <stdbool.h>
#include <stdint.h>

// Freed memory stays with the allocator, and giving it back stops every thread that allocates meanwhile: so it
// is done when nobody has media, and most of those who were there are gone.
// Zero-initialised is valid.
struct heap {
    uint64_t most; // connections, since it was given back last
    usec calm_since;
};

// To be asked now and then. True: it is time, and counts as done.
bool heap_is_due(struct heap *heap, usec now, uint64_t connections, uint64_t transports);

// Takes some milliseconds for each ten thousand who have gone.
void heap_give_back(void);

// Memory of the process that is in use, in bytes; 0: not known.
uint64_t heap_resident(void);

#endif
