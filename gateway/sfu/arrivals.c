// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/arrivals.c - a sorted list of arrivals, and how often to report it.
#include "sfu/arrivals.h"

#include "base/mem.h"
#include "base/seq.h"

#include <string.h>

#define FEEDBACK_BITS (68 * 8) // a usual feedback packet with its headers (libwebrtc's figure)
#define SHARE 20               // feedback may cost 1 / 20 of what arrives
#define INTERVAL_FIRST MSEC(100)
#define STARTING SEC(2) // the rate is not known yet, and the sender is trying out the path
#define INTERVAL_MIN MSEC(50)
#define INTERVAL_MAX MSEC(250)
#define BURST_PACKETS 5
#define BURST_GAP MSEC(12)    // what comes later than this does not belong to it
#define BURST_SPAN MSEC(50)   // one that goes on is reported all the same
#define BURST_PAUSE MSEC(100) // between two of them
#define BURST_FACTOR 2        // times the usual rate
#define LEAP 4096             // a number this far from the others begins a new count
#define TOO_LATE 512          // this far behind what was reported it helps nobody
#define NEARLY_FULL (ARRIVALS_PENDING - ARRIVALS_PENDING / 8)

void arrivals_fini(struct arrivals *arrivals)
{
    mem_free(arrivals->pending);
    *arrivals = (struct arrivals){0};
}

void arrivals_begin(struct arrivals *arrivals)
{
    *arrivals = (struct arrivals){.pending = arrivals->pending};
}

static usec interval(struct arrivals *arrivals, usec now)
{
    const uint64_t bps = rate_bps(&arrivals->rate, now);

    if (arrivals->sparing)
        return INTERVAL_MAX;
    if (bps == 0 || now - arrivals->first_at < STARTING)
        return INTERVAL_FIRST;
    const usec wanted = (usec)((uint64_t)FEEDBACK_BITS * SHARE * SEC(1) / bps);
    if (wanted < INTERVAL_MIN)
        return INTERVAL_MIN;
    return usec_min(wanted, INTERVAL_MAX);
}

// When to report the first packet of a new list.
static usec first_due(struct arrivals *arrivals, usec now)
{
    if (arrivals->first_at == 0)
        arrivals->first_at = now;
    const usec wait = arrivals->last_feedback == 0 ? INTERVAL_FIRST : INTERVAL_MIN;
    const usec due = arrivals->last_feedback + interval(arrivals, now);
    return due > now + wait ? due : now + wait;
}

static void restart(struct arrivals *arrivals, uint16_t seq)
{
    arrivals->started = true;
    arrivals->next = seq;
    arrivals->count = 0;
}

static void insert(struct arrivals *arrivals, usec now, uint16_t seq)
{
    size_t at = arrivals->count;

    while (at > 0 && seq_is_after(arrivals->pending[at - 1].seq, seq))
        at--;
    if (at > 0 && arrivals->pending[at - 1].seq == seq)
        return; // a duplicate: the first arrival counts
    memmove(&arrivals->pending[at + 1], &arrivals->pending[at],
            (arrivals->count - at) * sizeof arrivals->pending[0]);
    arrivals->pending[at] = (struct transport_cc_arrival){.seq = seq, .at = now};
    arrivals->count++;
}

// Notices bursts: when one ends is known by the pause behind it.
static void watch_burst(struct arrivals *arrivals, usec now, uint32_t bytes)
{
    if (arrivals->burst_count == 0 || now - arrivals->last_at > BURST_GAP) {
        arrivals->burst_from = now;
        arrivals->burst_bytes = 0;
        arrivals->burst_count = 0;
    }
    arrivals->last_at = now;
    arrivals->burst_bytes += arrivals->burst_count ? bytes : 0; // the first begins the span
    if (arrivals->burst_count < UINT16_MAX)
        arrivals->burst_count++;
    if (arrivals->sparing || arrivals->burst_count < BURST_PACKETS ||
        (arrivals->burst_told && now - arrivals->burst_told < BURST_PAUSE))
        return;
    const usec span = now - arrivals->burst_from > 0 ? now - arrivals->burst_from : 1;
    const uint64_t bps = (uint64_t)arrivals->burst_bytes * 8 * SEC(1) / (uint64_t)span;
    if (bps >= BURST_FACTOR * rate_bps(&arrivals->rate, now))
        arrivals->burst_due = usec_min(now + BURST_GAP, arrivals->burst_from + BURST_SPAN);
}

void arrivals_add(struct arrivals *arrivals, usec now, uint16_t seq, uint32_t bytes)
{
    if (!arrivals->pending)
        arrivals->pending = mem_zero_array(ARRIVALS_PENDING, sizeof *arrivals->pending);
    if (!arrivals->pending)
        return;
    rate_add(&arrivals->rate, now, bytes);
    watch_burst(arrivals, now, bytes);
    const int ahead = seq_diff(seq, arrivals->next);
    if (!arrivals->started || ahead > LEAP || ahead < -LEAP)
        restart(arrivals, seq);
    else if (ahead < -TOO_LATE)
        return;
    if (arrivals->count == ARRIVALS_PENDING)
        return; // nobody took them for long
    if (arrivals->count == 0)
        arrivals->due = first_due(arrivals, now);
    insert(arrivals, now, seq);
    if (arrivals->count >= NEARLY_FULL)
        arrivals->due = now;
}

usec arrivals_deadline(const struct arrivals *arrivals)
{
    if (arrivals->count == 0)
        return USEC_NEVER;
    return arrivals->burst_due ? usec_min(arrivals->due, arrivals->burst_due) : arrivals->due;
}

// A round of reports begins when one is due, and goes on until the list is empty.
static void begin_round(struct arrivals *arrivals, usec now)
{
    const bool burst_ended = arrivals->burst_due && now >= arrivals->burst_due;

    if (now < arrivals->due && !burst_ended)
        return;
    if (burst_ended) {
        arrivals->burst_told = now;
        arrivals->burst_due = 0;
    }
    arrivals->last_feedback = now;
    arrivals->due = now + interval(arrivals, now);
}

size_t arrivals_take(struct arrivals *arrivals, usec now, struct transport_cc_fields *fields,
                     const struct transport_cc_arrival **list)
{
    const struct transport_cc_arrival *pending = arrivals->pending;
    size_t count = 0;

    if (arrivals->count == 0)
        return 0;
    begin_round(arrivals, now);
    fields->feedback_seq = arrivals->feedback_seq;
    fields->base = arrivals->next;
    *list = pending;
    if (!seq_is_after(arrivals->next, pending[0].seq))
        return arrivals->count;

    // What comes later than its neighbours were reported is reported alone: a report must not say
    // again of a neighbour that it is missing.
    fields->base = pending[0].seq;
    do
        count++;
    while (count < arrivals->count && seq_is_after(arrivals->next, pending[count].seq) &&
           pending[count].seq == (uint16_t)(pending[count - 1].seq + 1));
    return count;
}

void arrivals_reported(struct arrivals *arrivals, size_t count)
{
    if (count == 0 || count > arrivals->count)
        return;
    const uint16_t behind = (uint16_t)(arrivals->pending[count - 1].seq + 1);
    if (seq_is_after(behind, arrivals->next))
        arrivals->next = behind;
    arrivals->count = (uint16_t)(arrivals->count - count);
    memmove(&arrivals->pending[0], &arrivals->pending[count],
            arrivals->count * sizeof arrivals->pending[0]);
    arrivals->feedback_seq++;
}
