// SPDX-License-Identifier: AGPL-3.0-or-later
// load/floor/runs.h - which packets to one viewer leave in one send (UDP GSO), and padded by how much.
#ifndef TESTS_LOAD_FLOOR_RUNS_H
#define TESTS_LOAD_FLOOR_RUNS_H

#include <stdbool.h>
#include <stddef.h>

#define RUN_MOST 64     // segments of a run, by the kernel
#define RUN_BYTES 62000 // and their sum, of payloads: 64 headers and tags are to come
#define PAD_PICTURE 3   // a frame is split into parts that differ by a byte
#define PAD_SOUND 64    // a send costs more than the padding
#define BURST_MOST 64   // packets of one turn

struct burst {
    size_t count;
    size_t order[BURST_MOST]; // of the packets, as they leave
    size_t pad[BURST_MOST];   // bytes added, by place in that order
    size_t run[BURST_MOST];   // segments of the run that begins at this place; 0: inside one
};

// A run is of equal segments, the last may be shorter. Pictures keep their order; packets of sound
// are of different talkers, so that the largest may go first.
void burst_plan(struct burst *burst, const size_t *lens, size_t count, bool may_sort);

#endif
