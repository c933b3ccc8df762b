// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/estimate/probes.h - when to probe the line, and how far.
#ifndef GATEWAY_SFU_ESTIMATE_PROBES_H
#define GATEWAY_SFU_ESTIMATE_PROBES_H

#include "base/usec.h"
#include "sfu/estimate/estimate.h"
#include "sfu/estimate/probe_cluster.h"

#include <stdbool.h>
#include <stdint.h>

// Zero-initialised is valid, and is how to begin anew.
struct probes {
    struct probe_cluster cluster;
    bool running;    // the cluster was ordered and has not ended
    bool taken;      // its order was handed out
    bool begun;      // there was a first one
    bool found;      // one had a result
    uint8_t number;  // of the newest cluster
    usec ended_at;   // the newest cluster
    uint32_t asked;  // the next better picture that was last probed for
    double further;  // a probe went well: go on with this rate; 0: no
    double before;   // the target before it fell deep; 0: it did not, or that was probed
    usec fallen_at;  // when it was last reduced
    usec raised_at;  // the target, by a probe; 0: not, or it has fallen since
    unsigned misled; // so often, one after the other, it had to fall again soon
    usec calm_at;    // nothing is probed before
};

struct probes_view {
    struct estimate_demand demand;
    double target_bps;
    bool app_limited;
    bool troubled; // the line is overused, or loss is forcing the rate down
};

// Orders a probe when one is due.
void probes_consider(struct probes *probes, usec now, const struct probes_view *view);

// Hands out what was ordered, once.
bool probes_take(struct probes *probes, struct probe_order *order);

// After feedback up to number `told`, on a line that loses this share anyway: true when the running probe
// ended with a result, in bps.
bool probes_result(struct probes *probes, usec now, const struct probes_view *view, int64_t told,
                   double loss, double *bps);

// The target was raised to what a probe found; carefully: not all the way, and what comes of it is to be
// seen before the next step.
void probes_raised(struct probes *probes, usec now, bool carefully);

// The target was reduced, or has been reduced step by step: from, to.
void probes_fallen(struct probes *probes, usec now, double from, double to);

// Gives up a probe that takes too long.
void probes_tick(struct probes *probes, usec now);
usec probes_deadline(const struct probes *probes, const struct probes_view *view);

#endif
