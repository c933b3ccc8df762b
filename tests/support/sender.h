// SPDX-License-Identifier: AGPL-3.0-or-later
// support/sender.h - one scripted source: plain RTP and sender reports as a browser would send them.
#ifndef TESTS_SUPPORT_SENDER_H
#define TESTS_SUPPORT_SENDER_H

#include "base/bytes.h"
#include "base/usec.h"
#include "sfu/parameters.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SENDER_HISTORY 512
#define SENDER_PACKET 1300
#define SENDER_SOUND 160
#define SENDER_FPS 30

// What every payload carries from CONTENT_AT (video: behind the descriptor) on, so that a receiver
// can tell whose it is, whatever the headers say.
#define CONTENT_AT 10
struct content {
    uint32_t source;
    uint8_t layer;
    uint8_t index; // of the packet in its frame
    uint8_t count;
    bool key;
    uint32_t frame; // since its last key frame; of sound, since the beginning
    usec captured;  // on the sender's own clock
};

bool content_read(struct content *content, struct bytes payload);

struct sent_packet {
    uint16_t len;
    uint8_t bytes[SENDER_PACKET];
};

struct send_layer {
    uint32_t ssrc;
    uint32_t rtx_ssrc;
    uint16_t seq;
    uint16_t rtx_seq;
    uint32_t timestamp_base;
    uint16_t picture_id;
    uint8_t tl0;
    uint8_t key_index;
    bool off;      // by the test: it vanished
    bool stopped;  // by the gateway: nobody watches it
    bool frozen;   // by the test: its timestamps stand still
    uint32_t leap; // by the test: added to its timestamps
    bool key_wanted;
    bool gives_no_keys; // by the test
    uint32_t frame;
    uint32_t packets;
    uint32_t octets;
    uint32_t retransmitted;
    uint32_t keys;
    uint32_t debt;      // bytes that key frames took, and that the frames after them save
    uint32_t timestamp; // of the last packet
    struct sent_packet history[SENDER_HISTORY];
};

struct sender {
    // given
    const struct line_parameters *line;
    uint32_t source;
    usec clock;    // what its clock is ahead of the test's
    usec late;     // from capture to sending, as of an encoder
    bool temporal; // three temporal layers
    usec phase;    // from its first frame to its second, beside the interval
    uint32_t layer_bps[PARAMETERS_LAYERS]; // of IP packets; 0: small pictures of a fixed size
    // state
    bool on;
    uint8_t level;           // audio: 0 loudest, 127 silent
    uint32_t opus_bps;       // 0: 32 kbit/s
    bool redundancy;         // each packet with the one before it (RFC 2198)
    uint16_t last_sound_len; // the one before it
    uint8_t last_sound[SENDER_SOUND];
    uint16_t *transport_seq; // borrowed: shared by all senders of a peer
    usec next;
    usec next_report;
    uint8_t layer_count;
    struct send_layer *layers; // owned (libc)
};

// Takes each packet that is due, RTP and RTCP alike.
typedef void sender_emit(void *to, bool is_rtcp, struct bytes packet);

// SSRCs are `first_ssrc` and the following.
void sender_init(struct sender *s, const struct line_parameters *line, uint32_t source,
                 uint32_t first_ssrc, usec clock, uint16_t *transport_seq);
void sender_fini(struct sender *s);

void sender_run(struct sender *s, usec now, sender_emit *emit, void *to);

// What a picture costs on the wire up to and including this layer of time, key frames apart.
uint32_t sender_nominal_bps(const struct sender *s, uint8_t layer, uint8_t temporal);

// The gateway says which layers are needed: one that is again begins with a key frame.
void sender_stop_layer(struct sender *s, uint8_t layer, bool stopped);

// What the other side asked for. False when the SSRC is none of this sender's.
bool sender_wants_key(struct sender *s, uint32_t ssrc);
bool sender_lost(struct sender *s, uint32_t ssrc, uint16_t seq, sender_emit *emit, void *to);

// RTX padding as a bandwidth probe of `layer`, with the repaired rid.
void sender_probe(struct sender *s, uint8_t layer, sender_emit *emit, void *to);

#endif
