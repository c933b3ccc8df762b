// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/estimate/loss_limit.h - the rate above which loss grows, told apart from loss that is always there.
#ifndef GATEWAY_SFU_ESTIMATE_LOSS_LIMIT_H
#define GATEWAY_SFU_ESTIMATE_LOSS_LIMIT_H

#include "base/usec.h"

#include <stdbool.h>
#include <stdint.h>

#define LOSS_LIMIT_WINDOW 20

// A quarter of a second or more, by the time of sending.
struct loss_observation {
    double bytes;
    double lost;
    double packets;
    usec since;
    double sent_bps;
};

enum loss_state { LOSS_IS_NO_LIMIT, LOSS_LIMIT_FALLS, LOSS_LIMIT_RISES };

struct loss_limit {
    struct loss_observation observations[LOSS_LIMIT_WINDOW]; // a ring
    unsigned count;                                          // observations so far
    struct loss_observation partial;
    usec newest_sent;   // among the packets reported on
    usec observed_sent; // up to where observations go
    double bps;         // while it is a limit
    double inherent;    // loss there would be at any rate, 0..1
    enum loss_state state;
    double cap_bps;    // for as long as loss is as high as it is
    usec relieved_at;  // what was sent before was sent at a higher rate
    usec window_since; // how far it may rise is decided once per window
    double window_bps;
};

void loss_limit_init(struct loss_limit *limit);

// First news of a packet.
void loss_limit_report(struct loss_limit *limit, usec sent_at, uint16_t size, bool lost);
// A packet reported lost arrived after all.
void loss_limit_found(struct loss_limit *limit, uint16_t size);

struct loss_limit_news {
    double delay_bps;  // what the delay allows
    double acked_bps;  // what arrives; 0: not known
    bool app_limited;  // what arrives is no sign of what the line carries
    double target_bps; // so far
};

// To be called after each feedback.
void loss_limit_update(struct loss_limit *limit, usec now, const struct loss_limit_news *news);

// Less is sent from now on.
void loss_limit_relieved(struct loss_limit *limit, usec now);

// A probe proved that the line carries this now.
void loss_limit_raise(struct loss_limit *limit, double bps);

// ESTIMATE_MAX_BPS when loss sets no limit.
double loss_limit_bps(const struct loss_limit *limit);

// The share of bytes lost in the observations at up to this rate, the newer the weightier.
double loss_limit_mean(const struct loss_limit *limit, double most_bps);

#endif
