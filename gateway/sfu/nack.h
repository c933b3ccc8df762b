// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/nack.h - which packets of an incoming stream are missing, and when to ask for them.
#ifndef GATEWAY_SFU_NACK_H
#define GATEWAY_SFU_NACK_H

#include "base/usec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NACK_LIST 1000u

struct nack_missing {
    uint16_t seq;
    uint8_t tries;
    uint32_t age_from_ms; // both modulo 2^32
    uint32_t next_ms;
};

// Zero-initialised is valid.
struct nack {
    bool started;
    bool overflowed;
    uint16_t newest;
    uint16_t count;
    uint32_t given_up;                      // packets that never came
    usec next;                              // earliest retry; meaningless when count is 0
    struct nack_missing missing[NACK_LIST]; // ascending
};

// A packet of the stream arrived, in time, late, twice, or recovered by a retransmission.
void nack_received(struct nack *nack, usec now, uint16_t seq);

// Everything before this packet is of no use any more (a key frame starts here, in order).
void nack_forget_before(struct nack *nack, uint16_t seq);

// True once after more was missing than the list holds: nothing of it will be asked for, and only
// a key frame helps.
bool nack_take_overflow(struct nack *nack);

// Which to ask for now, in ascending order, at most `room`; to be called at the end of each batch
// and at the deadline. `rtt` 0: not known.
size_t nack_due(struct nack *nack, usec now, usec rtt, uint16_t *seqs, size_t room);
usec nack_deadline(const struct nack *nack);

#endif
