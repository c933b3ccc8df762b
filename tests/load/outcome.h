// SPDX-License-Identifier: AGPL-3.0-or-later
// load/outcome.h - what a load came to, and whether it may be believed.
#ifndef TESTS_LOAD_OUTCOME_H
#define TESTS_LOAD_OUTCOME_H

#include "load/crowd.h"
#include "load/loop.h"
#include "load/process.h"

#include <stdbool.h>
#include <stdint.h>

// All that rises, at one moment.
struct reading {
    usec at;
    usec signals_cpu;
    struct loop_stats loop;
    struct process process;
    bool has_process;
};

struct outcome {
    struct reading from; // the measured span
    struct reading to;
    struct crowd_count stayed; // who was there before it began
    struct crowd_count came;   // and who came meanwhile
    struct histogram joins;    // us from the first step to the first packet
    uint32_t mute_joins;       // got in, but never got a packet
    uint32_t entering;         // still on their way at its end
    struct histogram late;     // us that people were sent in or out later than due
    uint32_t in;               // people, at its end
    uint32_t connected;        // of them: with media that run
    uint32_t idle;             // of them: without media by design
    uint32_t failed;
    uint32_t thrown_out;
    // memory of the server's process
    uint64_t pss_before; // rooms made, nobody in
    uint64_t rss_before;
    uint64_t pss_after; // everybody gone
    uint64_t rss_after;
    uint32_t people; // in at the end of the span, for memory per person
};

double outcome_seconds(const struct outcome *o);
// Shares of one core.
double outcome_server_busy(const struct outcome *o);
double outcome_media_busy(const struct outcome *o); // of our busiest media thread
double outcome_signals_busy(const struct outcome *o);
// Packets that came to people, sound and pictures.
uint64_t outcome_received(const struct outcome *o);
// CPU time of the server per packet that came; 0 when unknown.
double outcome_us_per_packet(const struct outcome *o);
uint64_t outcome_slip(const struct outcome *o); // us, p99, of our own frames
// Bytes of the server's memory per person; 0 when unknown.
double outcome_memory_per_person(const struct outcome *o);

#define OUTCOME_WHY_SIZE 300

// Was it this program that could not keep up? Then in words why.
bool outcome_was_our_fault(const struct outcome *o, char why[static OUTCOME_WHY_SIZE]);

#endif
