// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/estimate/estimate.h - what the line to one viewer carries, from transport-wide feedback.
#ifndef GATEWAY_SFU_ESTIMATE_ESTIMATE_H
#define GATEWAY_SFU_ESTIMATE_ESTIMATE_H

#include "base/err.h"
#include "base/usec.h"

#include <stdbool.h>
#include <stdint.h>

struct transport_cc;

// Google congestion control (draft-ietf-rmcat-gcc-02, as in libwebrtc): delay gradient, acknowledged rate,
// additive increase and multiplicative decrease, loss controller, probes. Sans I/O: `now` is the only
// clock. Rates are bits per second of IP packets.
struct estimate;

#define ESTIMATE_MIN_BPS 30000u
#define ESTIMATE_MAX_BPS 20000000u
#define ESTIMATE_START_BPS 1500000u // for a device nothing is known of

// `start_bps` is clamped. Memory for the packets in flight is taken here and grows up to 4096 entries;
// without memory to grow the oldest are forgotten.
enum err estimate_create(struct estimate **made, uint32_t start_bps, usec now) MUST_CHECK;
void estimate_destroy(struct estimate *e);

// A packet left under this transport-wide number, of `size` IP bytes; `probe` is the number of the probe
// it belongs to, 0: none. Numbers follow each other.
void estimate_sent(struct estimate *e, usec now, uint16_t seq, uint16_t size, uint8_t probe);

// Feedback that transport_cc_read accepted. Numbers never sent, reports told before, times that leap and
// whole replayed packets change nothing.
void estimate_feedback(struct estimate *e, usec now, const struct transport_cc *feedback);

// What the estimate is needed for; decides when to probe and how far. All in bps, 0: nothing.
struct estimate_demand {
    uint32_t sending; // what is allocated now
    uint32_t next;    // what would be needed for the next better picture; equals sending: content
    uint32_t most;    // for everything the viewer wants
    bool pictures;    // something is there that a probe can be made of
};
void estimate_set_demand(struct estimate *e, usec now, const struct estimate_demand *demand);

// The way to the viewer is another one (ICE): what was in flight is forgotten, the estimate begins anew
// at the start rate or at what it was, whichever is less.
void estimate_path_changed(struct estimate *e, usec now);

// A burst of packets to be sent at this rate, evenly: at least `packets` of them and `bytes` in all,
// within the next 15 ms or so, each reported with this number. Handed out once; the next only
// after this one ended.
struct probe_order {
    uint8_t number; // 1 to 255, round and round
    uint32_t rate_bps;
    uint32_t bytes;
    uint16_t packets;
};
bool estimate_take_probe(struct estimate *e, usec now, struct probe_order *order);

// Timeouts, controllers that run by the clock.
void estimate_tick(struct estimate *e, usec now);
usec estimate_deadline(const struct estimate *e);

// To be spent now. Clamped to ESTIMATE_MIN_BPS..MAX.
uint32_t estimate_target(const struct estimate *e);
// Share of packets lost on the way to the viewer of late (about two seconds), 0..1.
double estimate_loss(const struct estimate *e);
// How long the quickest packet of the last quarter of a second waited on the way: a queue that stands.
usec estimate_queue(const struct estimate *e);
// The line was probed or filled, so that the target is more than a guess.
bool estimate_is_proven(const struct estimate *e);

#endif
