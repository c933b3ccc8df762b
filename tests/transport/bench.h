// SPDX-License-Identifier: AGPL-3.0-or-later
// transport/bench.h - one transport and one scripted browser with a wire between, in virtual time.
#ifndef TESTS_TRANSPORT_BENCH_H
#define TESTS_TRANSPORT_BENCH_H

#include "support/peer.h"
#include "transport/certificate.h"
#include "transport/outbox.h"
#include "transport/transport.h"

#define BENCH_FLYING 256

struct bench;

// True: this datagram is lost (or the test took it to play with).
typedef bool bench_loses(struct bench *bench, bool to_gateway, const struct outgoing *datagram);

struct bench_flying {
    usec due;
    bool to_gateway;
    struct path path; // as its receiver sees it
    size_t len;
    uint8_t bytes[OUTBOX_MTU];
};

struct bench {
    struct certificate *certificate;
    struct transport *transport;
    struct peer *peer;
    struct outbox *out;      // the gateway's
    struct outbox *peer_out; // the browser's
    usec now;
    usec delay; // one way
    bench_loses *loses;
    struct ice_credentials local;
    struct path path; // as the gateway sees it
    size_t sent;      // datagrams of the gateway
    size_t sent_dtls;
    size_t heard_rtp; // by the gateway
    size_t heard_rtcp;
    size_t peer_heard_rtp;
    size_t peer_heard_rtcp;
    size_t last_len; // of what was opened last, by whom ever
    uint8_t last[OUTBOX_MTU];
    unsigned counter; // for the loses of a test
    uint16_t media_seq;
    size_t flying_count;
    struct bench_flying flying[BENCH_FLYING];
};

struct bench_options {
    struct peer_options peer;
    usec delay;
    enum fingerprint_hash hash;
    const struct fingerprint *fingerprint; // NULL: the peer's own, by that hash
};

void bench_init(struct bench *bench, const struct bench_options *options);
void bench_fini(struct bench *bench);

// Lets time pass up to `until`, delivering and ticking in order.
void bench_run(struct bench *bench, usec until);

// Runs until both ends are connected, at most 10 s; returns how long it took, or -1.
usec bench_connect(struct bench *bench);

// Hands bytes to the transport as if they came from `remote`, in an aligned copy; returns what it
// said. What it answers is counted and delivered like anything else.
enum got bench_inject(struct bench *bench, const struct address *remote, struct bytes bytes);

// An RTP packet with a payload of `len` bytes.
struct bytes bench_rtp(uint8_t packet[static OUTBOX_MTU], uint32_t ssrc, uint16_t seq, size_t len);
// A receiver report without blocks.
struct bytes bench_rtcp(uint8_t packet[static OUTBOX_MTU], uint32_t ssrc);

// The gateway sends it; false as transport_send_rtp says.
bool bench_gateway_sends(struct bench *bench, struct bytes packet, bool rtcp);

// Both ends are connected and one packet each way arrives.
void bench_check_media(struct bench *bench);

uint64_t bench_dropped(const struct bench *bench, enum drop reason);

#endif
