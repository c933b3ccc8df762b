// SPDX-License-Identifier: AGPL-3.0-or-later
// host/ring_test.c - order, bounds and room of the ring, and who writes into which of its lines.
#include "host/ring.h"

#include "base/mem.h"
#include "support/check.h"

#include <stdlib.h>
#include <string.h>

#define SIZE 4096u

static struct ring *open_ring(void)
{
    struct ring *r = NULL;

    CHECK_EQ(ring_create(&r, SIZE), ERR_OK);
    return r;
}

static bool put(struct ring *r, size_t len, size_t spare, uint8_t fill)
{
    uint8_t *room = ring_room(r, len, spare);

    if (!room)
        return false;
    memset(room, fill, len);
    ring_commit(r, len);
    return true;
}

static bool take(struct ring *r, size_t len, uint8_t fill)
{
    struct bytes value;

    (void)ring_look(r);
    bool same = ring_take(r, &value) && value.len == len;

    for (size_t i = 0; same && i < len; i++)
        same = value.at[i] == fill;
    return same;
}

TEST(a_ring_gives_back_values_of_all_lengths_in_their_order)
{
    struct ring *r = open_ring();

    // The longest wraps at many places of the ring.
    for (unsigned round = 0; round < 500; round++) {
        const size_t first = round * 7 % 900, second = round * 131 % 1000;
        CHECK(put(r, first, 0, (uint8_t)round));
        CHECK(put(r, second, 0, (uint8_t)(round + 1)));
        CHECK(ring_publish(r));
        CHECK(take(r, first, (uint8_t)round));
        CHECK(take(r, second, (uint8_t)(round + 1)));
        CHECK(!ring_look(r));
        ring_release(r);
    }
    ring_destroy(r);
}

TEST(nothing_is_seen_of_a_ring_before_it_is_published)
{
    struct ring *r = open_ring();
    struct bytes value;

    CHECK(!ring_publish(r));
    CHECK(put(r, 10, 0, 1));
    CHECK(!ring_look(r) && !ring_take(r, &value));
    CHECK(ring_room(r, 10, 0) != NULL); // not committed
    CHECK(ring_publish(r));
    CHECK(!ring_publish(r));
    CHECK(!ring_take(r, &value)); // nor before the reader looked
    CHECK(take(r, 10, 1));
    CHECK(!ring_look(r) && !ring_take(r, &value));
    ring_destroy(r);
}

TEST(a_full_ring_refuses_until_its_reader_gave_room_back)
{
    struct ring *r = open_ring();
    unsigned count = 0;

    while (put(r, 100, 0, (uint8_t)count))
        count++;
    CHECK_EQ(count, SIZE / 128);
    CHECK(ring_publish(r));
    CHECK(take(r, 100, 0));
    CHECK(!put(r, 100, 0, 7)); // taken, and still looked at
    ring_release(r);
    CHECK(put(r, 100, 0, 7));
    CHECK(!put(r, 100, 0, 7));
    ring_destroy(r);
}

TEST(a_ring_keeps_room_for_what_matters_more)
{
    struct ring *r = open_ring();
    unsigned large = 0, small = 0;

    while (put(r, 500, SIZE / 4, 1))
        large++;
    while (put(r, 500, 0, 2))
        small++;
    CHECK_EQ(large, 5);
    CHECK_EQ(small, 2);
    ring_destroy(r);
}

TEST(a_value_too_large_for_a_ring_is_refused)
{
    struct ring *r = open_ring();

    CHECK(!ring_room(r, SIZE / 4, 0)); // with what stands before it
    CHECK(ring_room(r, SIZE / 4 - 16, 0) != NULL);
    CHECK(!ring_room(r, 1, SIZE + 1));
    ring_destroy(r);
}

struct copied {
    uint8_t *at;
    size_t len;
};

static struct copied copy_of(struct bytes bytes)
{
    struct copied copied = {.at = malloc(bytes.len), .len = bytes.len};

    CHECK(copied.at != NULL);
    memcpy(copied.at, bytes.at, bytes.len);
    return copied;
}

static bool is_unchanged(struct copied *before, struct bytes now)
{
    const bool same = memcmp(before->at, now.at, now.len) == 0;

    free(before->at);
    return same;
}

static size_t line_of(const uint8_t *at)
{
    return (uintptr_t)at / RING_LINE;
}

static bool share_no_line(struct bytes a, struct bytes b)
{
    return line_of(a.at + a.len - 1) < line_of(b.at) || line_of(b.at + b.len - 1) < line_of(a.at);
}

TEST(no_cache_line_of_a_ring_is_written_by_both)
{
    struct ring *r = open_ring();
    const struct ring_memory memory = ring_memory(r);
    struct bytes value;

    CHECK(share_no_line(memory.of_writer, memory.of_reader));
    CHECK(share_no_line(memory.of_writer, memory.values));
    CHECK(share_no_line(memory.of_reader, memory.values));
    CHECK_EQ((uintptr_t)memory.values.at % RING_LINE, 0);
    for (int round = 0; round < 50; round++) {
        struct copied before = copy_of(memory.of_reader);
        while (put(r, 300, 0, (uint8_t)round))
            (void)ring_publish(r);
        CHECK(is_unchanged(&before, memory.of_reader));
        struct copied writers = copy_of(memory.of_writer);
        struct copied values = copy_of(memory.values);
        CHECK(ring_look(r));
        while (ring_take(r, &value))
            ring_release(r);
        CHECK(is_unchanged(&writers, memory.of_writer));
        CHECK(is_unchanged(&values, memory.values));
    }
    ring_destroy(r);
}

TEST(a_ring_without_memory_is_none)
{
    struct ring *r = NULL;

    mem_fail_at(1);
    CHECK_EQ(ring_create(&r, SIZE), ERR_NO_MEMORY);
    CHECK(r == NULL);
    ring_destroy(NULL);
}
