// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/packet_cache.c - a ring of bytes with an index by sequence number.
#include "sfu/packet_cache.h"

#include "base/mem.h"
#include "base/seq.h"

#include <assert.h>
#include <string.h>

#define SAME_PACKET_WITHIN SEC(5) // a number seen again sooner is a duplicate, later a new round

struct entry {
    uint64_t at; // position in the stream of all bytes ever kept
    usec received_at;
    uint16_t seq;
    uint16_t len; // 0: nothing
};

struct packet_cache {
    // given
    size_t size;
    size_t count;
    // owned
    uint8_t *ring;
    struct entry *entries;
    // state
    uint64_t written; // bytes ever kept, and skipped at the end of the ring
};

struct packet_cache *packet_cache_create(size_t bytes, size_t count)
{
    assert(bytes > 0 && count > 0 && (count & (count - 1)) == 0 && count <= 16384);
    struct packet_cache *cache = mem_zero(sizeof *cache);
    if (!cache)
        return NULL;

    cache->size = bytes;
    cache->count = count;
    cache->ring = mem_zero(bytes);
    cache->entries = mem_zero_array(count, sizeof *cache->entries);
    if (!cache->ring || !cache->entries) {
        packet_cache_destroy(cache);
        return NULL;
    }
    return cache;
}

void packet_cache_destroy(struct packet_cache *cache)
{
    if (!cache)
        return;
    mem_free(cache->ring);
    mem_free(cache->entries);
    mem_free(cache);
}

static bool is_alive(const struct packet_cache *cache, const struct entry *entry)
{
    return entry->len > 0 && cache->written - entry->at <= cache->size;
}

// Is the place of this number better left as it is?
static bool is_taken(const struct packet_cache *cache, const struct entry *entry, uint16_t seq,
                     usec now)
{
    if (!is_alive(cache, entry))
        return false;
    const int distance = seq_diff(entry->seq, seq);
    if (distance == 0)
        return now - entry->received_at < SAME_PACKET_WITHIN;
    // One that is much newer is of an earlier round, before the sender counted anew.
    return distance > 0 && distance <= 2 * (int)cache->count;
}

void packet_cache_put(struct packet_cache *cache, uint16_t seq, usec now, struct bytes packet)
{
    struct entry *entry = &cache->entries[seq & (cache->count - 1)];
    size_t offset = cache->written % cache->size;

    if (packet.len == 0 || packet.len > UINT16_MAX || packet.len > cache->size / 4)
        return;
    if (is_taken(cache, entry, seq, now))
        return;
    if (packet.len > cache->size - offset) { // a packet lies in one piece
        cache->written += cache->size - offset;
        offset = 0;
    }
    memcpy(cache->ring + offset, packet.at, packet.len);
    *entry = (struct entry){
        .at = cache->written, .received_at = now, .seq = seq, .len = (uint16_t)packet.len};
    cache->written += packet.len;
}

void packet_cache_clear(struct packet_cache *cache)
{
    memset(cache->entries, 0, cache->count * sizeof *cache->entries);
}

bool packet_cache_find(const struct packet_cache *cache, uint16_t seq, struct cached_packet *found)
{
    const struct entry *entry = &cache->entries[seq & (cache->count - 1)];

    if (entry->seq != seq || !is_alive(cache, entry))
        return false;
    *found = (struct cached_packet){.packet =
                                        bytes_of(cache->ring + entry->at % cache->size, entry->len),
                                    .received_at = entry->received_at};
    return true;
}
