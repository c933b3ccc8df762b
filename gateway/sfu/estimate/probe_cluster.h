// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/estimate/probe_cluster.h - one burst of packets sent at a rate, and at what rate it arrived.
#ifndef GATEWAY_SFU_ESTIMATE_PROBE_CLUSTER_H
#define GATEWAY_SFU_ESTIMATE_PROBE_CLUSTER_H

#include "base/usec.h"
#include "sfu/estimate/estimate.h"

#include <stdbool.h>
#include <stdint.h>

struct probe_cluster {
    // given
    struct probe_order order;
    // state: as sent
    int64_t first; // transport-wide numbers of its first and last packet so far
    int64_t last;
    uint32_t sent;
    uint32_t sent_bytes;
    usec sent_at; // the last of them
    // what arrived of these numbers, other packets in between included
    uint32_t told; // of the cluster's own packets: known to have arrived or not
    uint32_t arrived;
    uint32_t arrived_bytes;
    uint64_t bytes;
    usec first_sent;
    usec last_sent;
    usec first_arrival;
    usec last_arrival;
    uint32_t bytes_at_last_sent;
    uint32_t bytes_at_first_arrival;
};

void probe_cluster_begin(struct probe_cluster *cluster, usec now, const struct probe_order *order);

// A packet left.
void probe_cluster_sent(struct probe_cluster *cluster, usec now, int64_t number, uint16_t size,
                        uint8_t probe);

// First news of a packet of the cluster.
void probe_cluster_told(struct probe_cluster *cluster, uint8_t probe);

// A packet, of the cluster or not, arrived.
void probe_cluster_arrived(struct probe_cluster *cluster, int64_t number, usec sent_at,
                           usec arrival, uint16_t size, uint8_t probe);

// Whether all that was ordered (or nearly, and no more is coming) was sent and is reported on, where feedback has
// come up to number `told`.
bool probe_cluster_is_over(const struct probe_cluster *cluster, usec now, int64_t told);

// What it says of the line, where this share of packets is lost anyway; 0: nothing.
double probe_cluster_bps(const struct probe_cluster *cluster, double loss);

// The rate at which what arrived came, even if much was lost: more the line does not carry, at most it
// carries less; 0: too little arrived.
double probe_cluster_arrived_bps(const struct probe_cluster *cluster);

#endif
