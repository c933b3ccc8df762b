// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/rewrite_test.c - sequence and picture numbers of a slot together, over rough paths.
//
// A slot follows one sender after another. What arrives is lost, late or doubled; temporal layers
// are dropped. Whatever happens, no number is used twice; and where nothing was lost there is no hole.
#include "base/mem.h"
#include "base/seq.h"
#include "sfu/layer_choice.h"
#include "sfu/seq_map.h"
#include "sfu/vp8_rewrite.h"
#include "support/check.h"
#include "support/random.h"

#include <stdlib.h>
#include <string.h>

#define PACKETS 400 // of each sender
#define EPOCHS 60
#define FIRST 65500 // so that they wrap soon
#define SENT 40000

struct arrival {
    int64_t order;
    uint16_t seq;
    unsigned picture;
    bool marker;
    uint32_t timestamp;
    struct vp8_view vp8;
};

struct path {
    uint32_t lost;   // of a million
    uint32_t late;   // out of order by a few packets
    uint32_t resent; // comes after some 60 packets
    uint32_t doubled;
    bool layers_change;
};

struct sent {
    bool used;
    unsigned picture;
    uint16_t picture_id;
};

static struct {
    struct random random;
    struct path path;
    struct seq_map *map;
    struct vp8_rewrite rewrite;
    struct layer_choice choice;
    struct arrival arrivals[2 * PACKETS];
    unsigned arrival_count;
    unsigned picture;       // counts through all epochs
    struct sent sent[SENT]; // by number sent, unrolled, from FIRST
    int64_t last_sent;      // unrolled
    int64_t highest_sent;
    int picture_ids[EPOCHS * PACKETS]; // by picture; -1: not sent
} slot;

static int by_order(const void *a, const void *b)
{
    const struct arrival *x = a;
    const struct arrival *y = b;
    return x->order < y->order ? -1 : x->order > y->order;
}

static void arrive(const struct arrival *packet, unsigned index)
{
    struct arrival *arrival = &slot.arrivals[slot.arrival_count];
    int64_t order = index * 10;

    if (index > 0 && random_chance(&slot.random, slot.path.lost))
        return;
    if (index > 0 && random_chance(&slot.random, slot.path.late))
        order += random_between(&slot.random, 1, 50);
    else if (index > 0 && random_chance(&slot.random, slot.path.resent))
        order += random_between(&slot.random, 400, 800);
    *arrival = *packet;
    arrival->order = order * 2;
    slot.arrival_count++;
    if (random_chance(&slot.random, slot.path.doubled)) {
        arrival[1] = arrival[0];
        arrival[1].order += random_between(&slot.random, 1, 1000);
        slot.arrival_count++;
    }
}

// One sender's packets, in the order in which they arrive.
static void make_sender(void)
{
    static const uint8_t pattern[] = {0, 2, 1, 2};
    uint16_t seq = (uint16_t)random_u32(&slot.random);
    uint16_t id = (uint16_t)(random_u32(&slot.random) & VP8_PICTURE_ID_MASK);
    uint8_t tl0 = (uint8_t)random_u32(&slot.random);
    uint32_t timestamp = random_u32(&slot.random);
    unsigned index = 0;

    slot.arrival_count = 0;
    for (unsigned picture = 0; index < PACKETS; picture++) {
        const uint8_t tid = pattern[picture % 4];
        const unsigned count = 1 + (unsigned)random_below(&slot.random, 4);
        for (unsigned i = 0; i < count && index < PACKETS; i++) {
            const struct arrival packet = {.seq = seq++,
                                           .picture = slot.picture,
                                           .marker = i + 1 == count,
                                           .timestamp = timestamp,
                                           .vp8 = {.starts_frame = i == 0,
                                                   .is_key_frame = picture == 0 && i == 0,
                                                   .has_picture_id = true,
                                                   .picture_id_is_long = true,
                                                   .has_tl0 = true,
                                                   .has_tid = true,
                                                   .layer_sync = picture % 4 < 3,
                                                   .tid = tid,
                                                   .tl0 = tl0,
                                                   .picture_id = id}};
            arrive(&packet, index++);
        }
        slot.picture_ids[slot.picture++] = -1;
        id = (id + 1) & VP8_PICTURE_ID_MASK;
        tl0 = (uint8_t)(tl0 + (tid == 0));
        timestamp += 3000;
    }
    qsort(slot.arrivals, slot.arrival_count, sizeof slot.arrivals[0], by_order);
}

static void note_sent(const struct arrival *packet, uint16_t out, struct vp8_ids ids)
{
    const int64_t unrolled = seq_unroll(slot.last_sent, out);
    const int64_t number = unrolled - FIRST;
    int *picture_id = &slot.picture_ids[packet->picture];

    CHECK(number >= 0 && number < SENT);
    CHECK(!slot.sent[number].used);
    slot.sent[number] =
        (struct sent){.used = true, .picture = packet->picture, .picture_id = ids.picture_id};
    if (*picture_id < 0)
        *picture_id = ids.picture_id;
    CHECK_EQ(*picture_id, ids.picture_id);
    CHECK_EQ(seq_map_find(slot.map, out)->in_seq, packet->seq);
    slot.last_sent = unrolled;
    slot.highest_sent = number > slot.highest_sent ? number : slot.highest_sent;
}

// What a slot asks of a packet of the stream it follows.
static bool is_wanted(const struct arrival *packet, bool ahead)
{
    const enum vp8_fate fate = vp8_rewrite_fate(&slot.rewrite, &packet->vp8, packet->timestamp);

    if (fate == VP8_DROPPED)
        return !seq_map_drop(slot.map, packet->seq, false);
    if (fate == VP8_FORWARDED || !ahead || !seq_map_is_next(slot.map, packet->seq))
        return true;
    if (layer_choice_picture(&slot.choice, packet->vp8.is_key_frame, packet->vp8.tid,
                             packet->vp8.layer_sync))
        return true;
    return !vp8_rewrite_drop(&slot.rewrite, &packet->vp8, packet->timestamp) ||
           !seq_map_drop(slot.map, packet->seq, false);
}

static void forward(const struct arrival *packet)
{
    struct vp8_ids ids;
    uint16_t out;
    const bool ahead = seq_map_is_ahead(slot.map, packet->seq);

    if (!is_wanted(packet, ahead))
        return;
    if (!vp8_rewrite_forward(&slot.rewrite, &packet->vp8, packet->timestamp, ahead, &ids) ||
        !seq_map_place(slot.map, packet->seq, &out))
        return;
    seq_map_sent(slot.map, out,
                 &(struct seq_sent){.in_seq = packet->seq, .marker = packet->marker, .ids = ids});
    note_sent(packet, out, ids);
}

static void begin(uint64_t seed, struct path path)
{
    memset(&slot, 0, sizeof slot);
    slot.random = random_seeded(seed);
    slot.path = path;
    slot.map = seq_map_create(512, FIRST);
    slot.last_sent = FIRST;
    layer_choice_init(&slot.choice);
    CHECK(slot.map);
}

static void follow_one_sender(void)
{
    make_sender();
    seq_map_switch(slot.map, slot.arrivals[0].seq);
    vp8_rewrite_switch(&slot.rewrite, &slot.arrivals[0].vp8, slot.arrivals[0].timestamp);
    for (unsigned i = 0; i < slot.arrival_count; i++) {
        if (slot.path.layers_change && random_chance(&slot.random, 30000))
            layer_choice_allow(&slot.choice, LAYER_NONE, (uint8_t)random_below(&slot.random, 3));
        forward(&slot.arrivals[i]);
    }
}

// All that was sent in order of its numbers: pictures go up, and so do their ids. Returns the
// number of holes in sequence numbers; `skips` counts picture ids left out.
static unsigned check_sent(unsigned *skips)
{
    const struct sent *before = NULL;
    unsigned holes = 0;

    *skips = 0;
    for (int64_t number = 0; number <= slot.highest_sent; number++) {
        const struct sent *sent = &slot.sent[number];
        if (!sent->used) {
            holes++;
            continue;
        }
        if (before) {
            const unsigned step =
                (unsigned)(sent->picture_id - before->picture_id) & VP8_PICTURE_ID_MASK;
            CHECK(sent->picture >= before->picture);
            CHECK_EQ(step == 0, sent->picture == before->picture);
            CHECK(step < 1000);
            *skips += step > 1 ? step - 1 : 0;
        }
        before = sent;
    }
    return holes;
}

static unsigned run(uint64_t seed, struct path path, unsigned *skips)
{
    begin(seed, path);
    const size_t allocations = mem_allocations();
    for (unsigned i = 0; i < EPOCHS; i++)
        follow_one_sender();
    CHECK_EQ(mem_allocations(), allocations); // the path of packets allocates nothing
    seq_map_destroy(slot.map);
    return check_sent(skips);
}

// Senders stop within a picture most of the time: such a switch leaves a hole of its own.
static unsigned cut_pictures(void)
{
    unsigned count = 0;

    for (int64_t number = 0; number < slot.highest_sent; number++)
        count += !slot.sent[number].used && slot.sent[number + 1].used;
    return count;
}

TEST(on_a_clean_path_there_are_no_holes_but_at_cut_pictures)
{
    unsigned skips;

    for (uint64_t seed = 1; seed <= 10; seed++) {
        const unsigned holes = run(seed, (struct path){.layers_change = true}, &skips);
        CHECK(holes < EPOCHS);
        CHECK_EQ(holes, cut_pictures()); // each of one number
        CHECK_EQ(skips, 0);
        CHECK(slot.highest_sent > EPOCHS * PACKETS / 3);
    }
}

TEST(duplicates_change_nothing)
{
    unsigned skips;

    for (uint64_t seed = 1; seed <= 10; seed++) {
        const struct path path = {.layers_change = true, .doubled = 200000};
        CHECK(run(seed, path, &skips) < EPOCHS);
        CHECK_EQ(skips, 0);
    }
}

TEST(what_is_out_of_order_or_resent_fills_its_hole)
{
    unsigned skips;

    for (uint64_t seed = 1; seed <= 10; seed++) {
        const struct path path = {.late = 100000, .resent = 50000, .doubled = 10000};
        CHECK(run(seed, path, &skips) < EPOCHS);
        CHECK_EQ(skips, 0);
    }
}

TEST(whatever_happens_no_number_is_used_twice)
{
    unsigned skips;
    unsigned holes = 0;

    for (uint64_t seed = 1; seed <= 40; seed++) {
        const struct path path = {.lost = 30000,
                                  .late = 100000,
                                  .resent = 50000,
                                  .doubled = 50000,
                                  .layers_change = true};
        holes += run(seed, path, &skips);
    }
    CHECK(holes > 1000); // what was lost is seen to be missing
}
