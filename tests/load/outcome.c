// SPDX-License-Identifier: AGPL-3.0-or-later
// load/outcome.c - what a load came to, and whether it may be believed.
#include "load/outcome.h"

#include <inttypes.h>
#include <stdio.h>

#define BUSY_MOST 0.8    // of a core: above, a queue of our own adds to what is measured
#define SLIP_MOST 5000u  // us, p99
#define LATE_MOST 50000u // us, p99: of what people do

double outcome_seconds(const struct outcome *o)
{
    return (double)(o->to.at - o->from.at) / 1e6;
}

static double per_second(const struct outcome *o, usec used)
{
    return o->to.at > o->from.at ? (double)used / (double)(o->to.at - o->from.at) : 0;
}

static double server_cpu_us(const struct outcome *o)
{
    if (!o->from.has_process || !o->to.has_process)
        return 0;
    return (double)(o->to.process.cpu_ns - o->from.process.cpu_ns) / 1e3;
}

double outcome_server_busy(const struct outcome *o)
{
    return server_cpu_us(o) / 1e6 / outcome_seconds(o);
}

double outcome_media_busy(const struct outcome *o)
{
    return per_second(o, o->to.loop.cpu_most - o->from.loop.cpu_most);
}

double outcome_signals_busy(const struct outcome *o)
{
    return per_second(o, o->to.signals_cpu - o->from.signals_cpu);
}

static uint64_t came_to(const struct crowd_count *count)
{
    return count->stats.received[AGENT_SOUND].packets +
           count->stats.received[AGENT_PICTURE].packets;
}

uint64_t outcome_received(const struct outcome *o)
{
    return came_to(&o->stayed) + came_to(&o->came);
}

double outcome_us_per_packet(const struct outcome *o)
{
    const uint64_t packets = outcome_received(o);

    return packets ? server_cpu_us(o) / (double)packets : 0;
}

uint64_t outcome_slip(const struct outcome *o)
{
    struct histogram slip = o->stayed.slip;

    histogram_add_all(&slip, &o->came.slip);
    return histogram_quantile(&slip, 0.99);
}

double outcome_memory_per_person(const struct outcome *o)
{
    const uint64_t then = o->to.process.pss ? o->to.process.pss : o->to.process.rss;
    const uint64_t before = o->to.process.pss ? o->pss_before : o->rss_before;

    if (!o->to.has_process || !o->people || !before)
        return 0;
    return ((double)then - (double)before) / o->people;
}

bool outcome_was_our_fault(const struct outcome *o, char why[static OUTCOME_WHY_SIZE])
{
    const uint64_t dropped = o->to.loop.socket_drops - o->from.loop.socket_drops;
    const uint64_t unsent = o->to.loop.send_drops - o->from.loop.send_drops;

    if (outcome_media_busy(o) > BUSY_MOST)
        snprintf(why, OUTCOME_WHY_SIZE,
                 "a media thread of its own was busy %.0f %% of the time (--threads, --cores)",
                 100 * outcome_media_busy(o));
    else if (outcome_signals_busy(o) > BUSY_MOST)
        snprintf(why, OUTCOME_WHY_SIZE,
                 "its signaling thread was busy %.0f %% of the time (fewer people a second)",
                 100 * outcome_signals_busy(o));
    else if (dropped)
        snprintf(why, OUTCOME_WHY_SIZE,
                 "%" PRIu64 " datagrams came to sockets of its own that were full", dropped);
    else if (unsent)
        snprintf(why, OUTCOME_WHY_SIZE, "the kernel did not take %" PRIu64 " of its datagrams",
                 unsent);
    else if (outcome_slip(o) > SLIP_MOST)
        snprintf(why, OUTCOME_WHY_SIZE,
                 "one in a hundred of its frames left %.1f ms too late or later",
                 (double)outcome_slip(o) / 1e3);
    else if (histogram_quantile(&o->late, 0.99) > LATE_MOST)
        snprintf(why, OUTCOME_WHY_SIZE,
                 "one in a hundred of its people was sent in or out %.0f ms too late or later",
                 (double)histogram_quantile(&o->late, 0.99) / 1e3);
    else
        return false;
    return true;
}
