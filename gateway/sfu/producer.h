// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/producer.h - one source of one member: what arrives of it, and whether it may go on.
#ifndef GATEWAY_SFU_PRODUCER_H
#define GATEWAY_SFU_PRODUCER_H

#include "base/bytes.h"
#include "base/drops.h"
#include "base/err.h"
#include "base/list.h"
#include "base/usec.h"
#include "sfu/keyframe.h"
#include "sfu/layer_demand.h"
#include "sfu/layer_rate.h"
#include "sfu/nack.h"
#include "sfu/packet_cache.h"
#include "sfu/parameters.h"
#include "sfu/sender_clock.h"
#include "sfu/sound_gaps.h"
#include "sfu/speaker.h"
#include "sfu/stream_in.h"

#include <stdbool.h>
#include <stdint.h>

struct allocation_layer;
struct member;
struct packet;
struct rtp_view;
struct sound_history;
struct stream;

// One incoming stream: a simulcast layer, or all there is.
struct layer {
    // owned
    struct packet_cache *cache; // pictures only, once it began; NULL: no memory for it
    struct nack *nack;          // where negotiated, once it began
    // state
    uint32_t number; // of this stream among all of the worker's, never reused
    struct stream_in in;
    bool closed;  // nothing of it may be shown: where it may again is not known yet
    int64_t from; // unrolled; what was sent before is never shown, however late it comes
    struct stream_clock clock;
    struct keyframe keyframe;
    struct layer_rate rate; // as it would leave: IP bytes
    uint32_t newest_timestamp;
    uint16_t picture_packets; // with that timestamp
    usec newest_capture;
    bool has_key;
    uint16_t key_seq; // where the newest key frame begins
    usec key_at;      // when that arrived
};

struct layer_seen {
    usec last_packet; // arrival of the newest media packet; 0: never
    uint16_t height;  // of its last key frame; 0: not known yet
};

struct producer {
    // given
    uint32_t source;
    enum source_kind kind;
    // borrowed: outlive this producer
    struct member *member;
    const struct line_parameters *line; // NULL: the offer had no line for it
    // owned
    struct layer layers[PARAMETERS_LAYERS];
    struct sound_history
        *history; // sounds only, once a viewer needs frames again; NULL: nobody does
    // state
    uint8_t layer_count;
    struct layer_seen seen[PARAMETERS_LAYERS];
    struct keyframe_pace key_pace; // of all layers
    struct layer_demand demand;
    struct speaker_source speaker; // of a microphone
    struct list slots;             // of viewers, who follow it
    uint32_t viewers;              // how many those are
    bool muted;                    // by a host
    bool paused;                   // by its member
    bool live;                     // something arrived since it may be forwarded
    bool heard;                    // sound: the last packet was
    struct sound_gaps gaps;        // sound: which packets are missing
    usec last_packet;
};

// `numbers` counts the streams of the worker.
void producer_init(struct producer *p, struct member *member, enum source_kind kind,
                   const struct line_parameters *line, uint32_t *numbers);
void producer_fini(struct producer *p);

bool producer_is_picture(const struct producer *p);

enum producer_verdict {
    PRODUCER_DROP,     // counted under `reason`
    PRODUCER_KEEP,     // of use (padding, statistics), but not to be forwarded
    PRODUCER_FORWARD,  // `packet` is filled; its payload points into the plain packet or `original`
    PRODUCER_RESTARTED // the same, and whoever shows the stream must start anew
};

// What one opened packet brought. `original` is memory for a packet put together again from a
// retransmission.
struct producer_input {
    usec now;
    const struct stream *stream;
    const struct rtp_view *rtp;
    struct bytes plain;
    struct sender_clock *clock;
    uint8_t *original; // PACKET_MAX bytes
};

enum producer_verdict producer_receive(struct producer *p, const struct producer_input *input,
                                       struct packet *packet, enum drop *reason);

// May anything of it be forwarded at all?
bool producer_is_shut(const struct producer *p);

// Nothing arrives any more, or nothing may: the next packet makes it live again. What came so far, and
// what was sent until then and comes later, is never shown to anybody.
void producer_stop(struct producer *p);

// Somebody waits for a key frame of this layer: its sender is asked at the end of the turn.
void producer_want_key_frame(struct producer *p, uint8_t layer);

// The lowest layer that sends, or 0.
uint8_t producer_lowest_layer(const struct producer *p, usec now);

// Does anything arrive of this layer?
bool producer_layer_is_active(const struct producer *p, uint8_t layer, usec now);

// What sending this layer to one viewer costs.
void producer_describe_layer(struct producer *p, uint8_t layer, usec now,
                             struct allocation_layer *described);

// NULL when this source has no such stream.
struct layer *producer_layer_of_ssrc(struct producer *p, uint32_t ssrc);

#endif
