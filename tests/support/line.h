// SPDX-License-Identifier: AGPL-3.0-or-later
// support/line.h - one direction of a bad line: capacity, queue, delay, jitter, loss, order; seeded.
#ifndef TESTS_SUPPORT_LINE_H
#define TESTS_SUPPORT_LINE_H

#include "base/usec.h"
#include "support/random.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The same model in virtual time (tests/sim) and between real sockets (tests/relay).
struct line_settings {
    uint64_t capacity_bps; // of IP bytes; 0: without limit
    usec queue;            // what would wait longer at its entrance is dropped; 0: 300 ms
    usec delay;            // one way
    usec jitter;           // added to it: evenly from -jitter to +jitter, never below 0, order kept
    double loss;           // 0..1, each packet by itself
    double reorder;        // share of packets that are held back and overtaken
    double duplicate;
    struct {
        double enter; // per packet, into the bad state (Gilbert-Elliott); 0: never
        double leave;
        double loss; // while there
    } burst;
};

#define LINE_HEADERS 28 // IPv4 and UDP, before each datagram
#define LINE_WAITS 512  // buckets of 5 ms

struct line {
    struct line_settings settings;
    struct random random;
    usec busy_until;
    usec newest_due;
    bool bad;
    // counted since line_count_anew
    uint64_t in, out, lost, overflowed, bytes_in, bytes_out; // IP bytes
    uint32_t waits[LINE_WAITS]; // how long packets waited in the queue, 5 ms each
};

void line_init(struct line *line, uint64_t seed);
// What is in the queue stays there.
void line_set(struct line *line, const struct line_settings *settings);

// A datagram of `len` bytes (UDP payload) enters. False: it never comes out. `again`: when a copy does,
// or USEC_NEVER.
bool line_enter(struct line *line, usec now, size_t len, usec *due, usec *again);

void line_count_anew(struct line *line);
// The wait in the queue that this share (0..1) of the packets did not exceed.
usec line_wait(const struct line *line, double share);

#endif
