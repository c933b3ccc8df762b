// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/estimate/queue_delay.c - how long packets wait on the way, beside what the way itself takes.
#include "sfu/estimate/queue_delay.h"

#define BASE_GENERATION SEC(5)
#define BUCKET MSEC(50)
#define USUAL_GENERATION SEC(2)
#define FIRST_USUAL MSEC(60)
#define UNUSUAL MSEC(40) // more than usual
#define LATE MSEC(30)
#define SHORT MSEC(15)
#define LONG_QUEUE MSEC(80)
#define PATIENCE MSEC(300)
#define PROGRESS 0.02 // of the time
#define MOST_IN_VAIN 4

static usec base_of(const struct queue_delay *delay)
{
    return usec_min(delay->base, delay->base_before);
}

static void start(struct queue_delay *delay, usec way, usec arrival)
{
    *delay = (struct queue_delay){.started = true,
                                  .base = way,
                                  .base_before = way,
                                  .base_since = arrival,
                                  .bucket_since = arrival,
                                  .longest_before = FIRST_USUAL,
                                  .longest_since = arrival,
                                  .newest = way};
    for (unsigned i = 0; i < QUEUE_DELAY_BUCKETS; i++)
        delay->least[i] = way;
}

static void turn_generations(struct queue_delay *delay, usec way, usec arrival)
{
    if (arrival - delay->base_since >= BASE_GENERATION) {
        delay->base_before = delay->base;
        delay->base = way;
        delay->base_since = arrival;
    }
    if (arrival - delay->longest_since >= USUAL_GENERATION) {
        delay->longest_before = delay->longest;
        delay->longest = 0;
        delay->was_late = 2 * delay->late > delay->packets;
        delay->packets = delay->late = 0;
        delay->longest_since = arrival;
    }
    if (arrival - delay->bucket_since >= BUCKET) {
        delay->bucket = (delay->bucket + 1) % QUEUE_DELAY_BUCKETS;
        delay->least[delay->bucket] = way;
        delay->bucket_since = arrival;
    }
}

void queue_delay_add(struct queue_delay *delay, usec sent_at, usec arrival)
{
    const usec way = arrival - sent_at;

    if (!delay->started)
        start(delay, way, arrival);
    turn_generations(delay, way, arrival);
    delay->base = usec_min(delay->base, way);
    delay->least[delay->bucket] = usec_min(delay->least[delay->bucket], way);
    delay->newest = way;
    delay->packets++;
    delay->late += way - base_of(delay) > LATE;
    if (way - base_of(delay) > delay->longest)
        delay->longest = way - base_of(delay);
}

usec queue_delay_standing(const struct queue_delay *delay)
{
    usec least = delay->least[0];

    for (unsigned i = 1; i < QUEUE_DELAY_BUCKETS; i++)
        least = usec_min(least, delay->least[i]);
    return least - base_of(delay);
}

bool queue_delay_is_short(const struct queue_delay *delay)
{
    const unsigned before = (delay->bucket + QUEUE_DELAY_BUCKETS - 1) % QUEUE_DELAY_BUCKETS;

    return usec_min(delay->least[delay->bucket], delay->least[before]) - base_of(delay) < SHORT;
}

bool queue_delay_is_jittery(const struct queue_delay *delay)
{
    return delay->was_late;
}

bool queue_delay_is_unusual(const struct queue_delay *delay)
{
    return delay->newest - base_of(delay) > delay->longest_before + UNUSUAL;
}

bool queue_delay_is_stuck(struct queue_delay *delay, usec now)
{
    const usec standing = queue_delay_standing(delay);

    if (standing < LONG_QUEUE) {
        delay->judged_at = 0;
        delay->in_vain = 0;
        return false;
    }
    if (delay->judged_at && now - delay->judged_at < PATIENCE)
        return false;
    const double waited = (double)(now - delay->judged_at);
    const bool falls = (double)(delay->judged - standing) >= PROGRESS * waited;
    const bool is_first = delay->judged_at == 0;
    delay->judged_at = now;
    delay->judged = standing;
    if (is_first || falls)
        return false;
    if (++delay->in_vain > MOST_IN_VAIN) {
        delay->started = false;
        return false;
    }
    return true;
}

void queue_delay_relieved(struct queue_delay *delay, usec now, usec rtt)
{
    delay->judged_at = now + rtt;
    delay->judged = queue_delay_standing(delay);
}
