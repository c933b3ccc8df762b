// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/estimate_loop.h - senders that obey their estimates, over one bad line, to viewers that feed back.
#ifndef TESTS_SFU_ESTIMATE_LOOP_H
#define TESTS_SFU_ESTIMATE_LOOP_H

#include "sfu/estimate/estimate.h"
#include "support/line.h"

#include <stdbool.h>
#include <stdint.h>

#define LOOP_FLOWS 2
#define LOOP_PENDING 4096
#define LOOP_QUEUED 2048
#define LOOP_STEPS 8 // of a ladder of pictures
#define LOOP_FEEDBACK_LEN 1400
#define LOOP_FEEDBACKS 64

struct loop_packet {
    usec due;
    uint16_t seq;
};

struct loop_feedback {
    usec due;
    uint16_t len;
    uint8_t bytes[LOOP_FEEDBACK_LEN];
};

// One sender, its estimate and its viewer.
struct loop_flow {
    // given, and to be changed at any time
    usec starts_at;
    usec feedback_interval;         // 0: 50 to 100 ms, as it comes
    bool silent;                    // the viewer sends no feedback; it remembers
    uint32_t feedback_loss;         // per million
    bool pictures;                  // there are some to be probed with
    uint32_t audio_bps;             // payload and headers, 50 packets a second
    uint32_t steps[LOOP_STEPS + 1]; // rates of the pictures that can be had, ascending, ended by 0
    bool fluid;                     // pictures of any rate up to the last step
    unsigned key_frame_every;       // frames; 0: none is larger
    // owned
    struct estimate *estimate;
    // state: the sender
    uint32_t sending; // rate of the pictures
    usec next_audio;
    usec next_frame;
    unsigned frames;
    double debt; // bytes
    uint16_t seq;
    uint16_t queue[LOOP_QUEUED]; // sizes
    unsigned queue_first, queue_count;
    struct probe_order probe;
    unsigned probe_left; // bytes
    unsigned probe_packets_left;
    usec probe_next;
    unsigned probes; // orders seen
    // state: the viewer
    struct loop_packet pending[LOOP_PENDING]; // on the way, by time of arrival
    unsigned pending_count;
    struct loop_packet heard[LOOP_PENDING]; // not reported yet
    unsigned heard_count;
    usec next_feedback;
    uint16_t base;
    bool has_base;
    uint8_t feedback_seq;
    uint64_t bytes_heard; // IP bytes of all that arrived
    uint64_t packets_sent;
    struct loop_feedback feedbacks[LOOP_FEEDBACKS];
    unsigned feedback_count;
};

struct loop {
    usec now;
    usec viewer_clock; // ahead of ours
    struct line line;  // to the viewers, shared
    usec way_back;
    usec way_back_jitter;
    struct random random;
    unsigned flow_count;
    struct loop_flow flows[LOOP_FLOWS];
    // about the first flow, since loop_watch
    double target_sum, target_sum_squares;
    uint32_t target_least, target_most;
    unsigned samples;
};

// Everything is seeded; the flow at index 0 starts at once and wants `want_bps` of pictures, fluid.
void loop_init(struct loop *loop, uint64_t seed, const struct line_settings *settings,
               uint32_t start_bps);
void loop_fini(struct loop *loop);

// One more sender, the same as the first, that starts at `starts_at`.
void loop_add_flow(struct loop *loop, usec starts_at, uint32_t start_bps);

// Until `until` after the beginning.
void loop_run(struct loop *loop, usec until);

// Forgets what was watched so far: of the target of flow 0, and waits of the line.
void loop_watch(struct loop *loop);

// Hands a feedback packet to a flow's estimate; false when it is none that can be read.
bool loop_feed(struct loop *loop, struct loop_flow *flow, const uint8_t *at, size_t len);

// The first moment, stepping on from now, at which flow 0's target is at least (or at most) that; `until`
// when there is none.
usec loop_run_to_at_least(struct loop *loop, uint32_t bps, usec until);
usec loop_run_to_at_most(struct loop *loop, uint32_t bps, usec until);

uint32_t loop_target(const struct loop *loop);

#endif
