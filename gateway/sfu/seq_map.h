// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/seq_map.h - the sequence numbers of one slot: from incoming to sent, and back.
#ifndef GATEWAY_SFU_SEQ_MAP_H
#define GATEWAY_SFU_SEQ_MAP_H

#include "base/err.h"
#include "base/usec.h"
#include "wire/vp8.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SEQ_MAP_VIDEO 256u // entries of 20 bytes: a second of 2.5 Mbit/s; more for more (slot_fit)
#define SEQ_MAP_VIDEO_MOST 2048u
#define SEQ_MAP_AUDIO 64u

// What a sent packet was made of: enough to make the same packet again from the producer's cache.
struct seq_sent {
    uint32_t stream;    // the caller's number of the incoming stream (layer) it came from
    uint32_t timestamp; // as sent
    uint16_t in_seq;
    bool marker;
    struct vp8_ids ids; // as sent; zero for audio
};

struct seq_map;

// `count` (a power of two, 16 to 16384) packets are remembered. `first` is the first sequence
// number sent. All memory is taken here. NULL: none left.
struct seq_map *seq_map_create(size_t count, uint16_t first);
void seq_map_destroy(struct seq_map *map);

// Remembers `count` packets (a power of two) from now on, if that is more than so far: returns the map to go on
// with, which is the old one when there is no memory.
struct seq_map *seq_map_grow(struct seq_map *map, size_t count) MUST_CHECK;

// From here on the numbers of another stream come in, `in_seq` (the next packet to be placed) being
// the first. It goes out directly behind all that was sent, or one further if the last packet
// sent lacked the marker, so that the receiver sees that picture as incomplete. Whatever came
// before is forgotten for placing, and remembered for sending again.
void seq_map_switch(struct seq_map *map, uint16_t in_seq);

// False before the first switch.
bool seq_map_is_started(const struct seq_map *map);

// Newer than all packets of this stream so far (placed or dropped).
bool seq_map_is_ahead(const struct seq_map *map, uint16_t in_seq);

// Directly behind the newest: nothing is missing in between.
bool seq_map_is_next(const struct seq_map *map, uint16_t in_seq);

// The number under which an incoming packet goes out. What is missing before a packet that is
// ahead keeps its place for later. False, the packet must not be sent: not started, older than the
// switch, sent already (a duplicate), dropped on purpose, or too old. A leap ahead over more than
// the map remembers is closed up to a hole of one. seq_map_sent makes the place final.
bool seq_map_place(const struct seq_map *map, uint16_t in_seq, uint16_t *out_seq);

// The placed packet was sent (or would have been, had there been room).
void seq_map_sent(struct seq_map *map, uint16_t out_seq, const struct seq_sent *sent);

// The packet is not for this slot (a temporal layer, mere padding): numbers close up behind it.
// Only a packet that is ahead can be dropped; a late one has its place already, and is better sent.
// False then. `missing_too`: what is missing directly before it is dropped as well.
bool seq_map_drop(struct seq_map *map, uint16_t in_seq, bool missing_too);

// What was sent under this number; NULL when it is forgotten or never was.
const struct seq_sent *seq_map_find(const struct seq_map *map, uint16_t out_seq);

// For answering a NACK: what was sent under this number was not sent again less than `interval` ago.
bool seq_map_may_resend(const struct seq_map *map, uint16_t out_seq, usec now, usec interval);

// It was sent again `now`.
void seq_map_resent(struct seq_map *map, uint16_t out_seq, usec now);

// It was sent again, at least once.
bool seq_map_was_resent(const struct seq_map *map, uint16_t out_seq);

// What was placed under this number will never be sent: nobody is to be sent it again either.
void seq_map_forget(struct seq_map *map, uint16_t out_seq);

// The highest number sent or kept; meaningless before the first switch.
uint16_t seq_map_highest(const struct seq_map *map);

#endif
