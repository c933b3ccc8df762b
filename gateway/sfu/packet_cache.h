// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/packet_cache.h - the recent packets of one incoming stream, kept once for all its viewers.
#ifndef GATEWAY_SFU_PACKET_CACHE_H
#define GATEWAY_SFU_PACKET_CACHE_H

#include "base/bytes.h"
#include "base/usec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Sizes for packet_cache_create: more than a second of each kind of stream.
#define PACKET_CACHE_LOW_BYTES (128u * 1024) // the lowest simulcast layer
#define PACKET_CACHE_LOW_COUNT 256u
#define PACKET_CACHE_VIDEO_BYTES (1024u * 1024) // any other picture
#define PACKET_CACHE_VIDEO_COUNT 1024u

struct packet_cache;

struct cached_packet {
    struct bytes packet; // borrowed from the cache: until the next put
    usec received_at;
};

// Room for the newest `bytes` bytes, and for at most `count` packets (a power of two, which is
// also how far sequence numbers may lie apart). All memory is taken here. NULL: none left.
struct packet_cache *packet_cache_create(size_t bytes, size_t count);
void packet_cache_destroy(struct packet_cache *cache);

// Keeps a copy of a decrypted packet under its sequence number; the oldest make room. Late and
// recovered packets are welcome unless their place is held by a newer one. Packets larger than
// a quarter of the cache, or than 65,535 bytes, are not kept.
void packet_cache_put(struct packet_cache *cache, uint16_t seq, usec now, struct bytes packet);

// Nothing of what was kept so far is ever found again.
void packet_cache_clear(struct packet_cache *cache);

// False when it is not (or no longer) there.
bool packet_cache_find(const struct packet_cache *cache, uint16_t seq, struct cached_packet *found);

#endif
