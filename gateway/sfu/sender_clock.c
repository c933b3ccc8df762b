// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/sender_clock.c - offsets between clocks, from sender reports and from arrival.
#include "sfu/sender_clock.h"

#define SET_ANEW SEC(1)        // two reports in a row this far off: the sender's clock was set
#define UNBELIEVABLE SEC(3)    // a capture time this far from arrival is wrong
#define LEAP SEC(10)           // so is a timestamp this far from the others
#define EARLIER_PER_SECOND 200 // 1 / 200: 5 ms a second
#define LATER_PER_SECOND 1000  // slower: what comes later was mostly held up on its way

static usec clamp(usec value, usec low, usec high)
{
    if (value < low)
        return low;
    return value > high ? high : value;
}

void sender_clock_reported(struct sender_clock *clock, usec now, usec sent_at)
{
    const usec seen = now - sent_at;
    const usec error = seen - clock->offset;
    const usec elapsed = clamp(now - clock->adjusted_at, 0, SEC(10));

    if (!clock->known) {
        *clock = (struct sender_clock){.known = true, .offset = seen, .adjusted_at = now};
        return;
    }
    if (error > SET_ANEW || error < -SET_ANEW) {
        if (++clock->strange >= 2)
            *clock = (struct sender_clock){.known = true, .offset = seen, .adjusted_at = now};
        return;
    }
    clock->strange = 0;
    clock->offset += clamp(error, -(elapsed / EARLIER_PER_SECOND), elapsed / LATER_PER_SECOND);
    clock->adjusted_at = now;
}

void stream_clock_init(struct stream_clock *stream, uint32_t rate)
{
    *stream = (struct stream_clock){.rate = rate};
}

void stream_clock_reported(struct stream_clock *stream, usec sent_at, uint32_t timestamp)
{
    stream->has_report = true;
    stream->report_sent_at = sent_at;
    stream->report_timestamp = timestamp;
}

static usec ticks_between(const struct stream_clock *stream, uint32_t from, uint32_t to)
{
    return (usec)(int32_t)(to - from) * SEC(1) / (usec)stream->rate;
}

// By arrival: no packet arrives before it was captured, and the fastest one sets the line.
static usec captured_by_arrival(struct stream_clock *stream, usec now, uint32_t timestamp)
{
    usec capture = stream->newest_at + ticks_between(stream, stream->newest, timestamp);
    const usec elapsed = now - stream->arrived_at;

    if (!stream->started || capture < now - LEAP || capture > now + LEAP)
        capture = now;
    else if (capture > now)
        capture = now;
    else if ((int32_t)(timestamp - stream->newest) > 0)
        capture += clamp(now - capture, 0, clamp(elapsed, 0, SEC(1)) / LATER_PER_SECOND);
    stream->started = true;
    stream->newest = timestamp;
    stream->newest_at = capture;
    stream->arrived_at = now;
    return capture;
}

usec stream_clock_capture(struct stream_clock *stream, const struct sender_clock *clock, usec now,
                          uint32_t timestamp)
{
    const usec by_arrival = captured_by_arrival(stream, now, timestamp);

    if (!stream->has_report || !clock->known)
        return by_arrival;
    const usec by_report = stream->report_sent_at + clock->offset +
                           ticks_between(stream, stream->report_timestamp, timestamp);
    if (by_report > now + UNBELIEVABLE || by_report < now - UNBELIEVABLE)
        return by_arrival;
    return by_report;
}
