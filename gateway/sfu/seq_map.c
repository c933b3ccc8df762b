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

#define REGIONS 64

struct region {
    int64_t from;     // incoming
    int64_t distance; // incoming minus sent
    int64_t dropped;  // how many directly before `from`
};

struct entry {
    struct seq_sent sent;
    uint32_t resent_ms; // modulo 2^32
    uint16_t out_seq;
    bool used;
    bool resent;
};

struct seq_map {
    // given
    int64_t count;
    // state
    bool started;
    bool complete;   // the packet with the highest number was sent, and had the marker
    int64_t newest;  // incoming, placed or dropped
    int64_t highest; // sent or kept
    uint64_t region_count;
    struct region regions[REGIONS]; // the newest at (region_count - 1) % REGIONS
    struct entry entries[];
};

struct place {
    int64_t in;
    int64_t out;
    bool jumped; // so far ahead that the hole is not kept
};

struct seq_map *seq_map_create(size_t count, uint16_t first)
{
    assert(count > 0 && (count & (count - 1)) == 0 && count <= 16384);
    struct seq_map *map = mem_zero(sizeof *map + count * sizeof map->entries[0]);
    if (!map)
        return NULL;

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
    return &map->regions[(map->region_count - 1 - back) % REGIONS];
}

static uint64_t regions_known(const struct seq_map *map)
{
    return map->region_count < REGIONS ? map->region_count : REGIONS;
}

static void add_region(struct seq_map *map, struct region region)
{
    map->regions[map->region_count % REGIONS] = region;
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
    *entry_at(map, place.out) = (struct entry){.sent = *sent, .out_seq = out_seq, .used = true};
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

const struct seq_sent *seq_map_find(const struct seq_map *map, uint16_t out_seq)
{
    const struct entry *entry = &map->entries[out_seq & (map->count - 1)];

    return entry->used && entry->out_seq == out_seq ? &entry->sent : NULL;
}

const struct seq_sent *seq_map_resend(struct seq_map *map, uint16_t out_seq, usec now,
                                      usec interval)
{
    struct entry *entry = &map->entries[out_seq & (map->count - 1)];
    const uint32_t now_ms = (uint32_t)(now / 1000);

    if (!entry->used || entry->out_seq != out_seq)
        return NULL;
    if (entry->resent && MSEC(now_ms - entry->resent_ms) < interval)
        return NULL;
    entry->resent = true;
    entry->resent_ms = now_ms;
    return &entry->sent;
}

bool seq_map_was_resent(const struct seq_map *map, uint16_t out_seq)
{
    return seq_map_find(map, out_seq) && map->entries[out_seq & (map->count - 1)].resent;
}

void seq_map_forget(struct seq_map *map, uint16_t out_seq)
{
    struct entry *entry = &map->entries[out_seq & (map->count - 1)];

    if (entry->out_seq == out_seq)
        entry->used = false;
}

uint16_t seq_map_highest(const struct seq_map *map)
{
    return (uint16_t)map->highest;
}
