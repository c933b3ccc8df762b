// SPDX-License-Identifier: AGPL-3.0-or-later
// host/figures.h - what one media thread counts, shown to the others: written by it alone, read without waiting.
#ifndef GATEWAY_HOST_FIGURES_H
#define GATEWAY_HOST_FIGURES_H

#include "base/drops.h"
#include "host/stalls.h"

#include <stdatomic.h>
#include <stdint.h>

struct udp_counters;
struct worker_counters;

// All of them are 64 bits wide. Counters only rise; those called _now are as of the last look, a second ago at most
// while anything happens.
struct figures {
    // datagrams
    uint64_t received, sent, merged, send_calls;
    uint64_t overflowed;    // dropped by the kernel: nobody read them in time
    uint64_t dropped_full;  // pictures not sent: the socket was filling up
    uint64_t dropped_sound; // all else not sent: it was full
    uint64_t dropped_error; // no route and the like
    // not handed to another thread: its ring was full
    uint64_t ring_pictures, ring_sounds, ring_others;
    // packets, as sfu/worker.h counts them
    uint64_t rtp_in, rtp_out, rtcp_in, rtcp_out, bytes_in, bytes_out;
    uint64_t nacks_in, retransmitted, key_frames_asked;
    uint64_t drops[DROP_KINDS];
    // the loop
    uint64_t busy_us; // what its turns took, in all
    uint64_t stalls[STALL_BUCKETS];
    uint64_t stall_worst_us;
    uint64_t stall_p999_us;
    uint64_t commands_refused; // its mailbox was full
    uint64_t relief_raised;    // times that it left out more of the pictures
    // gauges
    uint64_t routers_now, transports_now;
    uint64_t relief_now;  // sfu/worker.h
    uint64_t waiting_now; // bytes in the socket that are not read yet, as the kernel counts them
};

_Static_assert(sizeof(struct figures) % sizeof(uint64_t) == 0, "whole words");

#define FIGURES_WORDS (sizeof(struct figures) / sizeof(uint64_t))

// Zero-initialised is valid. Each figure is whole; two of them may be of two looks.
struct figures_board {
    _Atomic uint64_t words[FIGURES_WORDS];
};

// All but the ring_ ones and commands_refused, which are 0.
void figures_gather(struct figures *figures, const struct udp_counters *udp,
                    const struct worker_counters *worker, const struct stalls *stalls);

void figures_show(struct figures_board *board, const struct figures *figures);
void figures_read(struct figures_board *board, struct figures *figures);

#endif
