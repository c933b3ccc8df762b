// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/time_map.h - the RTP timestamps of one slot: a straight line over all switches.
#ifndef GATEWAY_SFU_TIME_MAP_H
#define GATEWAY_SFU_TIME_MAP_H

#include "base/usec.h"

#include <stdbool.h>
#include <stdint.h>

#define TIME_MAP_STEPS 8u

// Sent timestamp = constant + rate x capture time on our clock. Within one incoming stream the
// distance between incoming and sent timestamps is constant, and corrected in small steps: at most
// 5 ms a second, for audio rarely and rather in a pause.
struct time_map {
    // given
    uint32_t rate;
    uint32_t constant;
    // state
    bool started;       // something was sent in this slot
    uint32_t newest_in; // of the current stream
    uint32_t newest_out;
    usec corrected_at;
    struct {
        uint32_t from;       // incoming timestamp it is valid from
        uint32_t distance;   // sent minus incoming
    } steps[TIME_MAP_STEPS]; // newest at step_count - 1
    uint8_t step_count;
};

// `rate` is 90000 or 48000; `constant` is random.
void time_map_init(struct time_map *map, uint32_t rate, uint32_t constant);

// The next packet, with this incoming timestamp and captured then (stream_clock_capture), is
// the first of another stream. Its sent timestamp lies on the line, or just behind the last one.
void time_map_switch(struct time_map *map, usec now, uint32_t timestamp, usec capture);

// The timestamp to send. All packets of one incoming timestamp get the same; late ones get what
// they would have got in time.
uint32_t time_map_forward(struct time_map *map, usec now, uint32_t timestamp, usec capture);

// The line itself, for sender reports about `now`.
uint32_t time_map_at(const struct time_map *map, usec now);

#endif
