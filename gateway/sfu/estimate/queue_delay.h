// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/estimate/queue_delay.h - how long packets wait on the way, beside what the way itself takes.
#ifndef GATEWAY_SFU_ESTIMATE_QUEUE_DELAY_H
#define GATEWAY_SFU_ESTIMATE_QUEUE_DELAY_H

#include "base/usec.h"

#include <stdbool.h>

#define QUEUE_DELAY_BUCKETS 5

// A queue that stays full shows no trend. Delays are arrival less sending, on two clocks: only differences
// mean something.
struct queue_delay {
    bool started;
    // the least delays seen, in two generations, are the way itself
    usec base;
    usec base_before;
    usec base_since;
    // the least delays in each of the last twentieths of a second
    usec least[QUEUE_DELAY_BUCKETS];
    usec bucket_since;
    unsigned bucket;
    // the longest delay over the base in this generation and the one before: what is usual on this line
    usec longest;
    usec longest_before;
    usec longest_since;
    // packets of this generation, and how many of them waited long; whether most did in the one before
    unsigned packets;
    unsigned late;
    bool was_late;
    usec newest;
    // whether a queue that stands goes away
    usec judged_at;
    usec judged;
    unsigned in_vain;
};

// Zero-initialised is valid, and is how to begin anew.
void queue_delay_add(struct queue_delay *delay, usec sent_at, usec arrival);

// No packet of the last quarter of a second waited less.
usec queue_delay_standing(const struct queue_delay *delay);

// Of the packets of the last tenth of a second at least one hardly waited.
bool queue_delay_is_short(const struct queue_delay *delay);

// Most packets come late compared to some: a short burst is no measure of this line.
bool queue_delay_is_jittery(const struct queue_delay *delay);

// The newest packet waited far longer than any did in the last seconds.
bool queue_delay_is_unusual(const struct queue_delay *delay);

// To be asked with each feedback, with what the receiver's clock shows now. True: a
// long queue stands, and does not become shorter. When that was said some times in vain, the queue is
// not ours, or none: it is taken for the way.
bool queue_delay_is_stuck(struct queue_delay *delay, usec now);

// Less is being sent from now on, which shows after a round trip.
void queue_delay_relieved(struct queue_delay *delay, usec now, usec rtt);

#endif
