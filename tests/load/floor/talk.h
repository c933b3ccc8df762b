// SPDX-License-Identifier: AGPL-3.0-or-later
// load/floor/talk.h - when the publishers of a fan-out speak, and what: bursts in due order.
#ifndef TESTS_LOAD_FLOOR_TALK_H
#define TESTS_LOAD_FLOOR_TALK_H

#include "load/floor/frames.h"
#include "load/floor/publisher.h"
#include "load/floor/runs.h"
#include "load/floor/settings.h"

struct talk {
    // given
    struct settings given;
    // owned
    struct publisher *publishers;
    struct clip *clip; // NULL: sizes are made up
    // state
    struct frames frames;
    struct random random;
    size_t publishers_count;
    size_t next;     // the talker whose turn it is
    uint64_t bursts; // so far
    uint64_t packets;
    uint64_t shared; // sum over packets of how many are in their burst
    size_t count;    // packets of the burst
    size_t lens[BURST_MOST];
    uint8_t bytes[BURST_MOST][LAYOUT_MOST];
};

bool talk_init(struct talk *talk, const struct settings *settings);
void talk_fini(struct talk *talk);

// When burst n is due, in ns from the first.
uint64_t talk_due(const struct talk *talk, uint64_t n);

// How many packets are in the burst of an average packet.
double talk_burst_of_packet(const struct talk *talk);

// Writes the next burst: a frame; or one packet of a talker, of every talker when they are in step.
bool talk_burst(struct talk *talk, uint64_t stamp_ns);

#endif
