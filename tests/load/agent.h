// SPDX-License-Identifier: AGPL-3.0-or-later
// load/agent.h - one person's media connection: checks, handshake, RTP and RTCP both ways, counted.
#ifndef TESTS_LOAD_AGENT_H
#define TESTS_LOAD_AGENT_H

#include "base/address.h"
#include "base/bytes.h"
#include "base/err.h"
#include "base/usec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct clip;          // load/clip.h: what cameras and microphones send
struct dtls_identity; // support/dtls_client.h: key and certificate
struct histogram;     // load/histogram.h
struct outbox;
struct sdp_writer;

// No I/O, no clock. On one thread at a time; load/loop.h drives many.
//
//     agent_create(&agent, &settings);
//     agent_write_offer(agent, &sdp);             or agent_read_offer(agent, sdp, &why);
//     ... the server's answer comes ...              agent_write_answer(agent, &sdp);
//     agent_read_answer(agent, sdp, &why);
//     loop_add(loop, agent);                      from here on within loop_enter and loop_leave only
//     ... loop_remove(loop, agent); agent_destroy(agent);
struct agent;

enum agent_kind { AGENT_SOUND, AGENT_PICTURE, AGENT_KINDS };

enum agent_ciphers {
    AGENT_CM_OR_GCM, // both, CM first, as Chromium
    AGENT_GCM,
    AGENT_CM
};

#define AGENT_LAYERS 3

struct agent_settings {
    uint64_t seed; // of everything random; different agents have different ones
    // borrowed: outlive the agent
    const struct clip *clip;        // NULL: publishes nothing
    struct dtls_identity *identity; // shared by any number; NULL: makes its own (slow)
    // what it publishes, once connected
    bool microphone;
    usec
        talk_for; // of every talk_every, at a time that follows from the seed; the rest is silence (DTX)
    usec talk_every;           // 0: never silent
    bool camera[AGENT_LAYERS]; // 320x180, 640x360, 1280x720. One alone: no simulcast in the offer
    bool no_stamps;            // leaves the clip as it is: fit to be watched, no delays
    // what the offer has lines for
    bool
        as_page; // mic, camera q;h;f, screen, screen's sound, published or not; else what it publishes only
    uint8_t pairs;       // slots of sound and picture
    uint8_t sound_slots; // slots of sound alone
    bool active; // setup:active in the offer instead of actpass (Janus else wants to call us)
    // how it receives
    bool no_transport_cc; // neither offered nor answered
    bool no_repair;       // never asks for what is missing
    bool opens; // opens all packets: delays, pictures; else headers only (RTCP and RTX always)
    enum agent_ciphers ciphers;
};

enum err agent_create(struct agent **made, const struct agent_settings *settings) MUST_CHECK;
void agent_destroy(struct agent *agent); // NULL is legal

// Our gateway, and publishing to Janus: we offer. `sdp` is sdp_writer_take's when it did not fail.
void agent_write_offer(struct agent *agent, struct sdp_writer *sdp);
// ERR_INVALID with a plain reason (static) when it is no answer to our offer or has no usable candidate.
enum err agent_read_answer(struct agent *agent, struct bytes sdp, const char **why) MUST_CHECK;

// Subscribing at Janus: it offers, we answer active. All lines it sends on are taken.
enum err agent_read_offer(struct agent *agent, struct bytes sdp, const char **why) MUST_CHECK;
void agent_write_answer(struct agent *agent, struct sdp_writer *sdp);

// Where the server is, after agent_read_answer or agent_read_offer: the first IPv4 UDP candidate,
// else the first IPv6 one.
const struct address *agent_remote(const struct agent *agent);

// Its own address, from agent_start on.
const struct address *agent_local(const struct agent *agent);

// Connects from the next tick on. `local` is what the server sees the agent's socket as.
void agent_start(struct agent *agent, usec now, const struct address *local);

// A datagram, changed in place. `arrived`: when it came to this machine's socket, not after now.
void agent_receive(struct agent *agent, usec now, usec arrived, uint8_t *at, size_t len,
                   struct outbox *out);
// Checks, flights, frames that are due, feedback, reports.
void agent_tick(struct agent *agent, usec now, struct outbox *out);
usec agent_deadline(const struct agent *agent);

// A DTLS goodbye; publishes nothing more.
void agent_close(struct agent *agent, usec now, struct outbox *out);

// What the server asks of the page (`layers`, `voice` of the protocol), and what people do. By order
// of the offer, lowest layer first. A layer that comes back begins with a key frame.
void agent_need_layers(struct agent *agent, const bool *needed, size_t count);
void agent_mute(struct agent *agent, usec now, bool microphone, bool camera); // true: sends nothing
void agent_talk(struct agent *agent, usec talk_for, usec talk_every);

enum agent_state {
    AGENT_NEW,
    AGENT_CHECKING,  // no check was answered yet
    AGENT_HANDSHAKE, // DTLS
    AGENT_CONNECTED,
    AGENT_FAILED,
    AGENT_SILENT // connected once, no check was answered for 10 s: the server died
};

struct agent_flow {
    uint64_t packets; // of RTP; received: without duplicates, RTX and padding
    uint64_t bytes;   // of UDP payload, as on the wire
    // received only
    uint64_t expected;
    uint64_t
        lost; // expected, and have not come by themselves (RTX may have brought them: repaired)
    uint64_t repaired;
    uint64_t duplicates;
    uint64_t reordered; // came behind a later one; not lost
    uint64_t stamped;   // opened ones that carried a stamp: as many are in the histogram of delays
    uint64_t
        skipped; // by stamps: sent by the publisher, not received, whether numbers say so or not
    // sent only
    uint64_t retransmitted;
    uint64_t keys; // key frames
};

struct agent_stats {
    enum agent_state state;
    bool gcm;
    usec started_at; // 0: not yet; the same for those below
    usec connected_at;
    usec first_at[AGENT_KINDS]; // received
    usec last_at[AGENT_KINDS];
    struct agent_flow sent[AGENT_KINDS];
    struct agent_flow received[AGENT_KINDS];
    uint64_t paddings;   // packets received without content
    uint64_t unknown;    // received packets of no line of the answer
    uint64_t unopened;   // failed authentication or replay
    uint64_t feedback;   // transport-wide feedback packets sent
    uint64_t nacked;     // numbers asked of us
    uint64_t asked;      // numbers we asked for
    uint64_t keys_asked; // PLI and FIR asked of us
    uint64_t rtcp_received;
    uint64_t rtcp_sent;
    uint32_t rtt; // of the last check, in us
};

// Since agent_create or the last agent_count_anew; times are not counted anew.
void agent_stats(const struct agent *agent, struct agent_stats *stats);
// Adds to a sum: counts are added, of times the earliest first and latest last is kept, state and gcm are left.
void agent_stats_add(struct agent_stats *sum, const struct agent_stats *stats);
void agent_count_anew(struct agent *agent);

// One-way delays in us of what this agent received; NULL unless it opens.
const struct histogram *agent_delays(const struct agent *agent, enum agent_kind kind);
// How much later than due its own frames left, in us. Never NULL.
const struct histogram *agent_slip(const struct agent *agent);

bool agent_opens(const struct agent *agent);

// For load/loop.c: where the agent is driven, NULL: nowhere.
void agent_set_place(struct agent *agent, void *place);
void *agent_place(const struct agent *agent);

#endif
