// SPDX-License-Identifier: AGPL-3.0-or-later
// load/camera.h - plays the clip's pictures as a browser sends a camera: layers, pace, key frames, RTX.
#ifndef TESTS_LOAD_CAMERA_H
#define TESTS_LOAD_CAMERA_H

#include "load/clip.h"
#include "load/histogram.h"
#include "load/outflow.h"

#define CAMERA_HISTORY 1024 // packets, a power of two
#define CAMERA_QUEUE 64     // frames

// Enough to make a packet again.
struct camera_sent {
    uint16_t seq;
    uint16_t segment;
    uint16_t frame;
    uint16_t picture_id;
    uint8_t tl0;
    uint8_t key_index;
    uint8_t index; // of the packet in its frame
    uint8_t count;
    bool is_there;
    uint32_t timestamp;
    uint32_t number; // of its stamp
    usec sent;
};

struct camera_layer {
    struct outflow flow;
    uint8_t clip_layer;
    bool published;
    bool needed; // by anybody
    bool key_wanted;
    uint16_t segment;
    uint16_t frame; // next
    uint16_t picture_id;
    uint8_t tl0;
    uint8_t key_index;
    uint64_t keys;
    struct camera_sent *history; // owned
};

// A frame on its way out.
struct camera_job {
    uint8_t layer;
    struct camera_sent next; // index counts up
};

struct camera {
    // borrowed: outlives this
    const struct clip *clip;
    struct histogram *slip; // of the whole agent
    // given
    bool stamps;
    // state
    bool off; // muted
    usec started;
    uint64_t frames; // due so far
    usec key_at;     // the last one asked for was granted
    uint8_t layer_count;
    struct camera_layer layers[AGENT_LAYERS];
    struct camera_job queue[CAMERA_QUEUE];
    uint64_t queue_head;
    uint64_t queue_tail;
    int64_t tokens; // of the pacer, in thousandths of a packet
    usec tokens_at;
    uint64_t skipped; // frames that were not sent, because the program was late or the pacer full
    uint64_t retransmitted;
};

typedef void camera_emit(void *to, bool is_rtcp, struct bytes packet);

// `published` is by the clip's layers.
enum err camera_init(struct camera *c, const struct clip *clip, const struct session_line *line,
                     const bool published[static AGENT_LAYERS], uint64_t seed,
                     uint16_t *transport_seq) MUST_CHECK;
void camera_fini(struct camera *c);

// The first frame is due some time within the first interval, by the seed.
void camera_start(struct camera *c, usec now, uint64_t seed);
// Frames, packets the pacer lets go, reports.
void camera_run(struct camera *c, usec now, const char *cname, camera_emit *emit, void *to);
usec camera_deadline(const struct camera *c);

// In order of the offer.
void camera_need(struct camera *c, const bool *needed, size_t count);
void camera_mute(struct camera *c, usec now, bool off);

// What the other side asks for. False: the SSRC is none of ours.
bool camera_wants_key(struct camera *c, usec now, uint32_t ssrc);
bool camera_lost(struct camera *c, usec now, uint32_t ssrc, uint16_t seq, camera_emit *emit,
                 void *to);
bool camera_is_reported(struct camera *c, uint32_t ssrc);

#endif
