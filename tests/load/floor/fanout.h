// SPDX-License-Identifier: AGPL-3.0-or-later
// load/floor/fanout.h - everything to everybody: open once; per viewer rewrite the header, seal, send.
#ifndef TESTS_LOAD_FLOOR_FANOUT_H
#define TESTS_LOAD_FLOOR_FANOUT_H

#include "load/floor/aead.h"
#include "load/floor/endpoint.h"
#include "load/floor/runs.h"

#include <stdint.h>

struct source;
struct viewer;

// Of which the whole is made: what each costs by itself is the line that the whole is held against.
enum fanout_part { FANOUT_WHOLE, FANOUT_SEALS, FANOUT_SENDS, FANOUT_PARTS };

struct fanout_settings {
    uint64_t seed;
    size_t publishers;
    size_t viewers;
    bool sound;            // packets of one turn may change their order
    bool merge;            // UDP GSO
    struct sockaddr_in to; // of the first viewer; each further one has the next port
};

struct fanout_counters {
    uint64_t received;  // packets of publishers
    uint64_t feedbacks; // of viewers, opened
    uint64_t refused;   // neither, or not sealed with the right key
    uint64_t sent;      // packets forwarded
    uint64_t sends;     // runs and single packets
    uint64_t full;      // of those, refused by the socket
    uint64_t turns;     // with anything to forward
};

struct fanout {
    // given
    struct fanout_settings given;
    // owned
    struct source *publishers;
    struct viewer *viewers;
    // state
    enum fanout_part part; // done in each turn
    size_t first;          // the viewer to start with
    struct fanout_counters counters;
    struct arrivals in;
    uint8_t headers[BURST_MOST][LAYOUT_FORWARDED_LEN];
    struct bytes payloads[BURST_MOST];
    uint8_t sources[BURST_MOST];
    struct letters letters;
    uint8_t out[(ENDPOINT_BATCH / 2 + RUN_MOST) * LAYOUT_MOST]; // letters, and a run behind them
};

bool fanout_init(struct fanout *fanout, const struct fanout_settings *settings);
void fanout_fini(struct fanout *fanout);

// Receives what is there and forwards it. False when the socket failed: errno says why.
bool fanout_turn(struct fanout *fanout, int s);

#endif
