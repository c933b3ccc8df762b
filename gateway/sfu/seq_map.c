// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/seq_map.c - regions of one distance each for placing, a ring of what was sent for looking back.
//
// Incoming and sent numbers are unrolled to 64 bits. Each packet dropped on purpose ends a region
// and opens one whose distance is larger by one. A region also knows how many numbers directly
// before it were dropped, so that their duplicates are known as such.
#include "sfu/seq_map.h"

#include "base/mem.h"
#include "base/seq.h"

#include <assert.h>

#define REGIONS_MOST 64u

struct region {
    int64_t from;     // incoming
    int64_t distance; // incoming minus sent
    int64_t dropped;  // how many directly before `from`
};

// The number it was sent under is not kept: of all that share a place, only one is not too old.
struct entry {
    struct seq_sent sent;
    uint16_t resent_ms; // modulo 2^16
    bool used;
    bool resent;
};

_Static_assert(sizeof(struct entry) == 20, "there are hundreds of them for each slot");

struct seq_map {
    // given
    int64_t count;
    // state
    bool started;
    bool complete;   // the packet with the highest number was sent, and had the marker
    int64_t newest;  // incoming, placed or dropped
    int64_t highest; // sent or kept
    uint64_t region_count;
    uint64_t region_room;
    struct region *regions; // behind the entries; the newest at (region_count - 1) % region_room
    struct entry entries[];
};

struct place {
    int64_t in;
    int64_t out;
    bool jumped; // so far ahead that the hole is not kept
};

struct seq_map *seq_map_create(size_t count, uint16_t first)
{
    assert(count >= 16 && (count & (count - 1)) == 0 && count <= 16384);
    const size_t regions = count / 2 < REGIONS_MOST ? count / 2 : REGIONS_MOST;
    struct seq_map *map =
        mem_zero(sizeof *map + count * sizeof map->entries[0] + regions * sizeof map->regions[0]);
    if (!map)
        return NULL;

    // A multiple of 16 entries of 20 bytes: what follows is aligned for 64 bits.
    map->regions = (struct region *)(void *)&map->entries[count];
    map->region_room = regions;
    map->count = (int64_t)count;
    map->highest = 65536 + (int64_t)first - 1;
    map->complete = true;
    return map;
}

void seq_map_destroy(struct seq_map *map)
{
    mem_free(map);
}

static struct entry *entry_at(struct seq_map *map, int64_t out)
{
    return &map->entries[out & (map->count - 1)];
}

static const struct region *region_at(const struct seq_map *map, uint64_t back)
{
    return &map->regions[(map->region_count - 1 - back) % map->region_room];
}

static uint64_t regions_known(const struct seq_map *map)
{
    return map->region_count < map->region_room ? map->region_count : map->region_room;
}

static void add_region(struct seq_map *map, struct region region)
{
    map->regions[map->region_count % map->region_room] = region;
    map->region_count++;
}

// Numbers up to `out` are given away; those not sent yet are empty.
static void keep_up_to(struct seq_map *map, int64_t out)
{
    const int64_t oldest = out - map->count + 1;

    for (int64_t at = map->highest < oldest ? oldest : map->highest + 1; at <= out; at++)
        entry_at(map, at)->used = false;
    map->highest = out;
}

struct seq_map *seq_map_grow(struct seq_map *map, size_t count)
{
    if ((int64_t)count <= map->count)
        return map;
    struct seq_map *larger = seq_map_create(count, 0);
    if (!larger)
        return map;

    larger->started = map->started;
    larger->complete = map->complete;
    larger->newest = map->newest;
    larger->highest = map->highest;
    for (int64_t out = map->highest - map->count + 1; out <= map->highest; out++)
        larger->entries[out & (larger->count - 1)] = map->entries[out & (map->count - 1)];
    for (uint64_t n = map->region_count - regions_known(map); n < map->region_count; n++)
        larger->regions[n % larger->region_room] = map->regions[n % map->region_room];
    larger->region_count = map->region_count;
    seq_map_destroy(map);
    return larger;
}

void seq_map_switch(struct seq_map *map, uint16_t in_seq)
{
    const int64_t in = 65536 + (int64_t)in_seq;

    if (!map->complete)
        keep_up_to(map, map->highest + 1);
    map->complete = true; // or the same hole would be made twice
    map->started = true;
    map->newest = in - 1;
    map->region_count = 0;
    add_region(map, (struct region){.from = in, .distance = in - (map->highest + 1)});
}

bool seq_map_is_started(const struct seq_map *map)
{
    return map->started;
}

bool seq_map_is_ahead(const struct seq_map *map, uint16_t in_seq)
{
    return map->started && seq_unroll(map->newest, in_seq) > map->newest;
}

bool seq_map_is_next(const struct seq_map *map, uint16_t in_seq)
{
    return map->started && seq_unroll(map->newest, in_seq) == map->newest + 1;
}

static bool place_late(const struct seq_map *map, struct place *place)
{
    for (uint64_t back = 0; back < regions_known(map); back++) {
        const struct region *region = region_at(map, back);
        if (place->in >= region->from) {
            place->out = place->in - region->distance;
            return place->out > map->highest - map->count;
        }
        if (place->in >= region->from - region->dropped)
            return false;
    }
    return false;
}

static bool find_place(const struct seq_map *map, uint16_t in_seq, struct place *place)
{
    if (!map->started)
        return false;
    *place = (struct place){.in = seq_unroll(map->newest, in_seq)};
    if (place->in <= map->newest)
        return place_late(map, place);
    place->jumped = place->in - map->newest > map->count;
    place->out = place->jumped ? map->highest + 2 : place->in - region_at(map, 0)->distance;
    return true;
}

bool seq_map_place(const struct seq_map *map, uint16_t in_seq, uint16_t *out_seq)
{
    struct place place;

    if (!find_place(map, in_seq, &place))
        return false;
    *out_seq = (uint16_t)place.out;
    return place.out > map->highest || !seq_map_find(map, *out_seq);
}

void seq_map_sent(struct seq_map *map, uint16_t out_seq, const struct seq_sent *sent)
{
    struct place place;

    if (!find_place(map, sent->in_seq, &place) || (uint16_t)place.out != out_seq)
        return; // not what was placed
    if (place.jumped) {
        map->region_count = 0;
        add_region(map, (struct region){.from = place.in, .distance = place.in - place.out});
    }
    if (place.in > map->newest)
        map->newest = place.in;
    if (place.out > map->highest)
        keep_up_to(map, place.out);
    if (place.out == map->highest)
        map->complete = sent->marker;
    *entry_at(map, place.out) = (struct entry){.sent = *sent, .used = true};
}

// The sender leapt; what lies between is lost to this slot.
static void drop_after_jump(struct seq_map *map, int64_t in)
{
    keep_up_to(map, map->highest + 1);
    map->complete = true;
    map->newest = in;
    map->region_count = 0;
    add_region(map, (struct region){
                        .from = in + 1, .distance = in + 1 - (map->highest + 1), .dropped = 1});
}

bool seq_map_drop(struct seq_map *map, uint16_t in_seq, bool missing_too)
{
    if (!seq_map_is_ahead(map, in_seq))
        return false;
    const int64_t in = seq_unroll(map->newest, in_seq);
    const int64_t missing = in - map->newest - 1;
    if (missing >= map->count) {
        drop_after_jump(map, in);
        return true;
    }

    const int64_t dropped = missing_too ? missing + 1 : 1;
    struct region next = *region_at(map, 0);
    const bool goes_on = next.from == in + 1 - dropped; // nothing was placed since the last drop
    if (missing > 0 && !missing_too) {
        keep_up_to(map, map->highest + missing);
        map->complete = false;
    }
    map->newest = in;
    next.from = in + 1;
    next.distance += dropped;
    next.dropped = goes_on ? next.dropped + dropped : dropped;
    if (goes_on)
        map->region_count--;
    add_region(map, next);
    return true;
}

// Where a packet that is not too old is kept; -1: nowhere.
static int64_t find(const struct seq_map *map, uint16_t out_seq)
{
    const int64_t out = seq_unroll(map->highest, out_seq);
    const int64_t at = out & (map->count - 1);

    return out <= map->highest && out > map->highest - map->count && map->entries[at].used ? at
                                                                                           : -1;
}

const struct seq_sent *seq_map_find(const struct seq_map *map, uint16_t out_seq)
{
    const int64_t at = find(map, out_seq);

    return at >= 0 ? &map->entries[at].sent : NULL;
}

bool seq_map_may_resend(const struct seq_map *map, uint16_t out_seq, usec now, usec interval)
{
    const uint16_t now_ms = (uint16_t)(now / 1000);
    const int64_t at = find(map, out_seq);
    const struct entry *entry = at >= 0 ? &map->entries[at] : NULL;

    return entry && (!entry->resent || MSEC((uint16_t)(now_ms - entry->resent_ms)) >= interval);
}

void seq_map_resent(struct seq_map *map, uint16_t out_seq, usec now)
{
    const int64_t at = find(map, out_seq);

    if (at < 0)
        return;
    map->entries[at].resent = true;
    map->entries[at].resent_ms = (uint16_t)(now / 1000);
}

bool seq_map_was_resent(const struct seq_map *map, uint16_t out_seq)
{
    const int64_t at = find(map, out_seq);

    return at >= 0 && map->entries[at].resent;
}

void seq_map_forget(struct seq_map *map, uint16_t out_seq)
{
    const int64_t at = find(map, out_seq);

    if (at >= 0)
        map->entries[at].used = false;
}

uint16_t seq_map_highest(const struct seq_map *map)
{
    return (uint16_t)map->highest;
}
