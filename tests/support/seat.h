// SPDX-License-Identifier: AGPL-3.0-or-later
// support/seat.h - one connected viewer and one sender, below the worker: for what writes into slots.
#ifndef TESTS_SUPPORT_SEAT_H
#define TESTS_SUPPORT_SEAT_H

#include "base/list.h"
#include "sfu/events.h"
#include "sfu/member.h"
#include "sfu/router.h"
#include "sfu/worker.h"
#include "support/peer.h"
#include "transport/certificate.h"
#include "transport/outbox.h"
#include "wire/rtp.h"
#include "wire/vp8.h"

#define SEAT_PACKETS 1024
#define SEAT_PAYLOAD 1300

// As the viewer's browser opened it.
struct seated {
    usec at;
    uint16_t ip_bytes;
    uint16_t transport_seq;
    struct rtp_view rtp; // its payload is `payload`
    uint8_t payload[SEAT_PAYLOAD];
};

struct seat {
    // owned
    struct certificate *certificate;
    struct outbox *out;
    struct outbox *peer_out;
    struct router *router;
    struct fanout *fanout;
    struct member *sender; // of a camera and a screen
    struct member *viewer; // with two slots for pictures, and one for sound
    struct peer *peer;     // of the viewer
    struct seated *got;    // (libc) all that came to it
    // state
    struct events events;
    struct worker_counters counters;
    struct list touched;
    struct list marked;
    struct path path;
    usec now;
    uint32_t stream_numbers;
    uint16_t in_seq[SOURCE_KINDS]; // next of the sender
    bool frozen;                   // by the test: timestamps of the sender stand still
    size_t count;                  // of `got`
};

// The camera is in the first slot for pictures, the screen in the second.
void seat_open(struct seat *seat);
void seat_close(struct seat *seat);

// A packet of a picture arrives from the sender; `payload_len` is what is behind its descriptor.
enum producer_verdict seat_receive(struct seat *seat, enum source_kind kind, size_t payload_len,
                                   bool marker);
// The same, and it is placed in its slot as if it were written next. Returns the number it has there.
uint16_t seat_place(struct seat *seat, enum source_kind kind, size_t payload_len, bool marker);
// The same packet, written at once.
void seat_write(struct seat *seat, enum source_kind kind, uint16_t seq);

struct slot *seat_slot(struct seat *seat, enum source_kind kind);

// What stands in the outbox comes to the viewer.
void seat_deliver(struct seat *seat);

#endif
