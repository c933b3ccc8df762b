// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/estimate/probe_cluster.c - one burst of packets sent at a rate, and at what rate it arrived.
#include "sfu/estimate/probe_cluster.h"

#define ENOUGH 0.8 // of the packets and bytes ordered
#define NO_MORE MSEC(100)
#define LONGEST SEC(1)
#define MOST_COMPRESSED 2.0 // arrived so much faster than sent: held up on the way, tells nothing
#define SATURATED 0.9       // arrived slower than this share of the rate sent: the line was full
#define HEADROOM 0.95
#define LEAST_ARRIVED 3

void probe_cluster_begin(struct probe_cluster *cluster, usec now, const struct probe_order *order)
{
    *cluster = (struct probe_cluster){.order = *order, .sent_at = now};
}

void probe_cluster_sent(struct probe_cluster *cluster, usec now, int64_t number, uint16_t size,
                        uint8_t probe)
{
    if (probe != cluster->order.number)
        return;
    if (cluster->sent++ == 0)
        cluster->first = number;
    cluster->last = number;
    cluster->sent_bytes += size;
    cluster->sent_at = now;
}

void probe_cluster_told(struct probe_cluster *cluster, uint8_t probe)
{
    if (probe == cluster->order.number)
        cluster->told++;
}

void probe_cluster_arrived(struct probe_cluster *cluster, int64_t number, usec sent_at,
                           usec arrival, uint16_t size, uint8_t probe)
{
    if (cluster->sent == 0 || number < cluster->first || number > cluster->last)
        return;
    if (probe == cluster->order.number) {
        cluster->arrived++;
        cluster->arrived_bytes += size;
    }
    if (cluster->bytes == 0 || sent_at < cluster->first_sent)
        cluster->first_sent = sent_at;
    if (cluster->bytes == 0 || sent_at > cluster->last_sent) {
        cluster->last_sent = sent_at;
        cluster->bytes_at_last_sent = 0;
    }
    if (cluster->bytes == 0 || arrival < cluster->first_arrival) {
        cluster->first_arrival = arrival;
        cluster->bytes_at_first_arrival = 0;
    }
    if (cluster->bytes == 0 || arrival > cluster->last_arrival)
        cluster->last_arrival = arrival;
    if (sent_at == cluster->last_sent)
        cluster->bytes_at_last_sent += size;
    if (arrival == cluster->first_arrival)
        cluster->bytes_at_first_arrival += size;
    cluster->bytes += size;
}

// As much as was ordered, or enough and nothing more for some time.
static bool is_sent(const struct probe_cluster *cluster, usec now)
{
    const double share = now - cluster->sent_at >= NO_MORE ? ENOUGH : 1;

    return cluster->sent >= share * cluster->order.packets &&
           cluster->sent_bytes >= share * cluster->order.bytes;
}

bool probe_cluster_is_over(const struct probe_cluster *cluster, usec now, int64_t told)
{
    return is_sent(cluster, now) && (cluster->told >= cluster->sent || told > cluster->last);
}

// What left at the last moment took no part of the time between the first and the last, and so with
// what came at the first moment.
double probe_cluster_bps(const struct probe_cluster *cluster, double loss)
{
    const double enough = ENOUGH * (1 - loss);
    const usec sending = cluster->last_sent - cluster->first_sent;
    const usec arriving = cluster->last_arrival - cluster->first_arrival;

    if (cluster->arrived < enough * cluster->order.packets ||
        cluster->arrived_bytes < enough * cluster->order.bytes)
        return 0;
    if (sending <= 0 || sending > LONGEST || arriving <= 0 || arriving > LONGEST)
        return 0;

    const double sent =
        (double)(cluster->bytes - cluster->bytes_at_last_sent) * 8e6 / (double)sending;
    const double arrived =
        (double)(cluster->bytes - cluster->bytes_at_first_arrival) * 8e6 / (double)arriving;
    const double ordered = cluster->order.rate_bps; // more, by other packets in between, is luck
    if (arrived > MOST_COMPRESSED * sent)
        return 0;
    if (arrived < SATURATED * sent)
        return HEADROOM * arrived < ordered ? HEADROOM * arrived : ordered;
    const double bps = arrived < sent ? arrived : sent;
    return bps < ordered ? bps : ordered;
}

double probe_cluster_arrived_bps(const struct probe_cluster *cluster)
{
    const usec arriving = cluster->last_arrival - cluster->first_arrival;

    if (cluster->arrived < LEAST_ARRIVED || arriving <= 0 || arriving > LONGEST)
        return 0;
    return HEADROOM * (double)(cluster->bytes - cluster->bytes_at_first_arrival) * 8e6 /
           (double)arriving;
}
