// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/sender_clock.h - when something was captured, told on the gateway's clock.
#ifndef GATEWAY_SFU_SENDER_CLOCK_H
#define GATEWAY_SFU_SENDER_CLOCK_H

#include "base/usec.h"

#include <stdbool.h>
#include <stdint.h>

// One member's clock (the NTP times of its sender reports) against ours: one offset for its audio
// and its video, so that lips and sound stay together whatever it is. Zero-initialised is valid.
struct sender_clock {
    bool known;
    usec offset; // ours minus theirs, as seen by the fastest report
    usec adjusted_at;
    uint32_t strange; // reports in a row far off: the sender's clock was set
};

// A sender report of any stream of the member arrived; `sent_at` is its NTP time (ntp_to_usec).
void sender_clock_reported(struct sender_clock *clock, usec now, usec sent_at);

// One incoming stream's RTP timestamps against its sender's clock, or, before its first sender
// report, against arrival.
struct stream_clock {
    // given
    uint32_t rate; // ticks per second: 90000 or 48000
    // state
    bool started;
    uint32_t newest; // timestamp
    usec newest_at;  // when that was captured, by arrival
    usec arrived_at; // the newest packet
    bool has_report;
    uint32_t report_timestamp;
    usec report_sent_at;
};

void stream_clock_init(struct stream_clock *stream, uint32_t rate);

// A sender report of this stream: `sent_at` and `timestamp` mean the same instant.
void stream_clock_reported(struct stream_clock *stream, usec sent_at, uint32_t timestamp);

// When the sample with this timestamp was captured, on our clock (later by the least delay of
// the path). A sender report that contradicts arrival by more than 3 s is not believed. To be
// called once per packet received, in order of arrival, `now` being its arrival.
usec stream_clock_capture(struct stream_clock *stream, const struct sender_clock *clock, usec now,
                          uint32_t timestamp);

#endif
