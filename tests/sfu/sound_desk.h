// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/sound_desk.h - somebody who speaks, and a browser that hears it, in virtual time.
#ifndef TESTS_SFU_SOUND_DESK_H
#define TESTS_SFU_SOUND_DESK_H

#include "sfu/events.h"
#include "sfu/member.h"
#include "sfu/router.h"
#include "sfu/worker.h"
#include "support/peer.h"
#include "support/random.h"
#include "transport/certificate.h"
#include "wire/red.h"

#define DESK_FRAMES 4096
#define DESK_PACKETS 8192

struct desk_packet {
    usec at;
    uint16_t seq;
    uint8_t payload_type;
    bool marker;
    uint8_t blocks;             // redundant ones
    uint32_t frame;             // the newest in it
    uint32_t along[RED_BLOCKS]; // the others
    uint32_t timestamp;
    size_t ip_bytes;
};

struct sound_desk {
    struct certificate *certificate;
    struct router *router;
    struct events events;
    struct fanout *fanout;
    struct worker_counters counters;
    struct list touched;
    struct list marked;
    struct outbox *out;
    struct outbox *peer_out;
    struct peer *peer; // the viewer's
    struct path path;
    struct member *speaker;
    struct member *viewer;
    struct random random;
    uint32_t numbers;
    usec now;
    // the speaker
    uint16_t seq;
    uint32_t frame;     // the next
    uint32_t timestamp; // of frame 0
    size_t frame_bytes;
    // the line to the viewer
    uint32_t loses;        // of a million
    uint32_t burst_enters; // of a million, per packet; then all is lost
    uint32_t burst_leaves;
    bool in_burst;
    bool lost_next;
    // what the viewer got
    size_t sent;         // datagrams of sound
    uint64_t sent_bytes; // of IP
    size_t replayed;     // datagrams its replay window dropped
    size_t count;
    struct desk_packet packets[DESK_PACKETS];
    usec heard_at[DESK_FRAMES];       // first copy; 0: never
    uint32_t timestamps[DESK_FRAMES]; // as sent
    bool moved;                       // one frame had two timestamps
    usec said_at[DESK_FRAMES];
};

struct sound_desk_options {
    bool red;
    bool nack;
};

struct sound_desk *sound_desk_create(const struct sound_desk_options *options);
void sound_desk_destroy(struct sound_desk *desk);

// How the viewer's sound is sent from now on.
void sound_desk_plan(struct sound_desk *desk, uint8_t bundle, uint8_t copies);

// One frame each 20 ms.
void sound_desk_say(struct sound_desk *desk, unsigned frames);
// Time goes by in silence.
void sound_desk_wait(struct sound_desk *desk, usec time);
// The next frame is lost before it comes to the gateway.
void sound_desk_skip(struct sound_desk *desk);
// A packet as the microphone sends it; time stands still.
void sound_desk_send(struct sound_desk *desk, uint8_t payload_type, uint16_t seq,
                     uint32_t timestamp, struct bytes payload);
// The payload of a frame.
size_t sound_desk_frame(const struct sound_desk *desk, uint32_t frame, uint8_t *payload);
// The viewer says that it misses this number.
void sound_desk_nack(struct sound_desk *desk, uint16_t seq);
// Everything due now goes out and arrives.
void sound_desk_turn(struct sound_desk *desk);

// Which share of the frames from..until was not there `patience` after it was said.
double sound_desk_missing(const struct sound_desk *desk, uint32_t from, uint32_t until,
                          usec patience);

#endif
