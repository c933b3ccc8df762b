// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/arrivals.c - a sorted list of arrivals, and how often to report it.
#include "sfu/arrivals.h"

#include "base/seq.h"

#include <string.h>

#define FEEDBACK_BITS (68 * 8) // a usual feedback packet with its headers (libwebrtc's figure)
#define SHARE 20               // feedback may cost 1 / 20 of what arrives
#define INTERVAL_FIRST MSEC(100)
#define STARTING SEC(2) // the rate is not known yet, and the sender is trying out the path
#define INTERVAL_MIN MSEC(50)
#define INTERVAL_MAX MSEC(250)
#define LEAP 4096    // a number this far from the others begins a new count
#define TOO_LATE 512 // this far behind what was reported it helps nobody
#define NEARLY_FULL (ARRIVALS_PENDING - ARRIVALS_PENDING / 8)

static usec interval(struct arrivals *arrivals, usec now)
{
    const uint64_t bps = rate_bps(&arrivals->rate, now);

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

void arrivals_add(struct arrivals *arrivals, usec now, uint16_t seq, uint32_t bytes)
{
    rate_add(&arrivals->rate, now, bytes);
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
    return arrivals->count > 0 ? arrivals->due : USEC_NEVER;
}

size_t arrivals_take(struct arrivals *arrivals, usec now, struct transport_cc_fields *fields,
                     const struct transport_cc_arrival **list)
{
    const struct transport_cc_arrival *pending = arrivals->pending;
    size_t count = 0;

    if (arrivals->count == 0)
        return 0;
    if (now >= arrivals->due) { // else this round goes on
        arrivals->last_feedback = now;
        arrivals->due = now + interval(arrivals, now);
    }
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
