// SPDX-License-Identifier: AGPL-3.0-or-later
// host/heap.c - memory goes back to the system when those who needed it have gone.
#include "host/heap.h"

#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <unistd.h>

#define CALM SEC(3)
#define WORTH_IT 16 // connections

bool heap_is_due(struct heap *heap, usec now, uint64_t connections, uint64_t transports)
{
    const uint64_t there = connections + transports;

    if (there > heap->most)
        heap->most = there;
    if (transports > 0 || heap->most < WORTH_IT || connections * 2 > heap->most) {
        heap->calm_since = 0;
        return false;
    }
    if (!heap->calm_since)
        heap->calm_since = now;
    if (now - heap->calm_since < CALM)
        return false;
    *heap = (struct heap){.most = connections};
    return true;
}

void heap_give_back(void)
{
    malloc_trim(0);
}

uint64_t heap_resident(void)
{
    FILE *file = fopen("/proc/self/statm", "re");
    uint64_t whole = 0, resident = 0;

    if (!file)
        return 0;
    const bool read = fscanf(file, "%" SCNu64 " %" SCNu64, &whole, &resident) == 2;
    fclose(file);
    return read ? resident * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}
