// SPDX-License-Identifier: AGPL-3.0-or-later
// load/agent_internal.h - an agent from inside, for the files that make it up.
#ifndef TESTS_LOAD_AGENT_INTERNAL_H
#define TESTS_LOAD_AGENT_INTERNAL_H

#include "load/agent.h"
#include "load/camera.h"
#include "load/cc_log.h"
#include "load/histogram.h"
#include "load/inflow.h"
#include "load/microphone.h"
#include "load/session.h"
#include "support/peer.h"

#define AGENT_STREAMS 160
#define AGENT_INDEX 512 // a power of two, sparsely filled

// An SSRC we were told of, or heard.
struct agent_stream {
    uint32_t ssrc;
    enum agent_kind kind;
    bool asks;             // NACK was agreed on
    bool repairs;          // RTX
    int16_t repaired;      // of what, -1: not told
    uint8_t extension;     // id of the transport-wide number
    struct inflow *inflow; // owned; NULL until it is heard, and of RTX
};

struct agent {
    // given
    struct agent_settings settings;
    // owned
    struct peer *peer;
    struct dtls_identity *identity;
    struct histogram *delays[AGENT_KINDS]; // NULL unless it opens
    struct camera camera;
    // borrowed
    void *place;
    // state
    struct session session;
    struct path path;
    struct microphone microphone;
    bool has_camera;
    bool has_microphone;
    bool closed;
    uint16_t transport_seq;
    uint16_t stream_count;
    struct agent_stream streams[AGENT_STREAMS];
    uint8_t index[AGENT_INDEX]; // by SSRC: 1 + place in streams; 0: none
    struct cc_log cc_log;
    usec house_at; // feedback, reports
    usec report_at;
    usec repair_at; // NACK, PLI
    uint64_t answered;
    usec answered_at;
    struct agent_stats stats;
    struct histogram slip;
};

struct agent_emission {
    struct agent *agent;
    struct outbox *out;
    enum agent_kind kind;
};

// Takes what cameras and microphones send (camera_emit).
void agent_emit(void *to, bool is_rtcp, struct bytes packet);

// NULL: no room for another.
struct agent_stream *agent_add_stream(struct agent *a, uint32_t ssrc, enum agent_kind kind);
struct agent_stream *agent_find_stream(struct agent *a, uint32_t ssrc);

// agent_media.c
void agent_receive_rtp(struct agent *a, usec now, usec arrived, struct datagram in,
                       struct outbox *out);
// agent_control.c
void agent_receive_rtcp(struct agent *a, usec now, struct bytes plain, struct outbox *out);
void agent_keep_house(struct agent *a, usec now, struct outbox *out);
void agent_repair(struct agent *a, usec now, struct outbox *out);

#endif
