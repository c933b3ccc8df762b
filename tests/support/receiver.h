// SPDX-License-Identifier: AGPL-3.0-or-later
// support/receiver.h - one slot as a browser sees it: reorders, asks for what is missing, judges.
#ifndef TESTS_SUPPORT_RECEIVER_H
#define TESTS_SUPPORT_RECEIVER_H

#include "base/bytes.h"
#include "base/usec.h"
#include "sfu/parameters.h"
#include "support/freeze.h"
#include "support/playout.h"
#include "support/sender.h"
#include "wire/rtp.h"
#include "wire/vp8.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECEIVER_WINDOW 1024
#define RECEIVER_SOURCES 256
#define RECEIVER_ASKED 64

struct received {
    bool have;
    bool padding; // a number without content
    bool marker;
    uint32_t timestamp;
    uint32_t csrc;
    struct vp8_view vp8;
    struct content content;
    usec asked_at;
    uint8_t asked; // times
};

// For receiver reports (RFC 3550, appendix A.3).
struct receive_counts {
    bool started;
    int64_t base;
    int64_t highest;
    int64_t received;
    int64_t expected_before;
    int64_t received_before;
};

struct receiver {
    // given
    const struct line_parameters *line;
    bool repairs; // asks for what is missing
    usec least;   // sound: the page lets it wait at least so long
    // state: reordering
    bool started;
    int64_t next; // not judged yet
    int64_t newest;
    usec waiting_since;      // for `next`
    struct received *window; // owned (libc)
    // state: judgement
    bool decodable;
    bool any_judged;
    bool after_hole;
    bool in_frame;       // the last packet judged lacked the marker
    bool frame_is_whole; // since its start
    struct received last;
    uint8_t tl0;
    usec asked_key_at;
    uint32_t timestamp_base; // the first timestamp sent
    // verdicts
    uint32_t packets;     // all, retransmissions included
    uint32_t repaired;    // came as retransmissions and were missing
    uint32_t holes;       // given up
    uint32_t wrong_faces; // a packet whose content is not its CSRC's, or in another's picture
    uint32_t broken;      // numbers or times that do not follow
    uint32_t switches;    // of the source
    uint32_t garbage;     // payloads of no sender of ours
    uint32_t late;        // came after they were given up
    const char *why;      // of the last `broken`
    uint32_t shown[RECEIVER_SOURCES]; // whole decodable pictures, or packets of sound
    uint32_t layer_shown[PARAMETERS_LAYERS];
    uint8_t layer;           // of the last picture shown
    uint32_t layer_switches; // of one source
    usec tid_shown_at[3];    // by layer of time
    uint32_t paddings;       // packets, retransmitted ones without content included
    uint32_t asked;          // numbers, each time
    uint32_t keys_asked;
    uint32_t redundant; // frames of sound that came behind another
    uint64_t bytes;     // of IP
    struct receive_counts counts;
    struct freeze freeze;
    struct playout playout; // of sound
    usec first_shown_at;
    usec last_shown_at;
    uint32_t longest_gap_frames; // sound: numbers of packets of one source that never came
    uint32_t cut;                // sound: packets missing inside one source's run
    // for lips
    bool has_report;
    uint64_t report_ntp;
    uint32_t report_timestamp;
    usec report_at;
    uint32_t newest_timestamp; // of the newest judged packet, with
    usec newest_captured;
    uint32_t newest_source;
};

void receiver_init(struct receiver *r, const struct line_parameters *line, bool repairs);
void receiver_fini(struct receiver *r);

// A packet with the SSRC or RTX SSRC of this line; false: it is neither. Padding, redundant sound
// (RFC 2198) and packets that come twice are understood.
bool receiver_take(struct receiver *r, usec now, const struct rtp_view *rtp);

// Sound is heard up to now; `silent`: nothing is to be heard.
void receiver_run(struct receiver *r, usec now, bool silent);

// What to ask for now; again what did not come within a round trip, at most ten times. Sound only while there
// is time for it to come.
size_t receiver_missing(struct receiver *r, usec now, usec rtt,
                        uint16_t seqs[static RECEIVER_ASKED]);
bool receiver_wants_key(struct receiver *r, usec now);

// Of pictures: the highest layer of time shown of late; -1: none.
int receiver_temporal(const struct receiver *r, usec now);

// Counts freezes and what is heard anew.
void receiver_count_anew(struct receiver *r);

void receiver_reported(struct receiver *r, usec now, uint64_t ntp, uint32_t timestamp);

// When the newest packet was captured by the sender reports, on the gateway's wall clock, minus what its
// content says: equal for sound and picture of one member when lips are together.
bool receiver_offset(const struct receiver *r, usec *offset);

#endif
