// SPDX-License-Identifier: AGPL-3.0-or-later
// threads/ring_test.c - one writes, one reads, at full speed: nothing is lost, doubled or torn.
#include "host/ring.h"

#include "host/thread.h"
#include "support/check.h"

#include <sched.h>
#include <stdint.h>
#include <string.h>

#define VALUES 100000u
#define SIZE 65536u

// A length that the reader knows too.
static size_t length_of(uint32_t number)
{
    return 4 + number * 2654435761u % 1400;
}

static void *write_values(void *argument)
{
    struct ring *r = argument;

    for (uint32_t number = 0; number < VALUES;) {
        const size_t len = length_of(number);
        uint8_t *room = ring_room(r, len, 0);
        if (!room) {
            (void)ring_publish(r);
            sched_yield();
            continue;
        }
        memset(room, (int)(number & 0xff), len);
        memcpy(room, &number, sizeof number);
        ring_commit(r, len);
        if (number % 5 == 0) // several at once
            (void)ring_publish(r);
        number++;
    }
    (void)ring_publish(r);
    return NULL;
}

static bool is_filled(struct bytes value, uint8_t fill)
{
    bool same = true;

    for (size_t i = sizeof(uint32_t); i < value.len; i++)
        same = same && value.at[i] == fill;
    return same;
}

TEST(values_of_all_lengths_cross_a_ring_in_order)
{
    struct ring *r = NULL;
    struct thread writer = {0};
    uint32_t next = 0;

    CHECK_EQ(ring_create(&r, SIZE), ERR_OK);
    CHECK_EQ(thread_start(&writer, "writer", write_values, r), ERR_OK);
    while (next < VALUES) {
        struct bytes value;
        uint32_t number;

        if (!ring_take(r, &value)) {
            ring_release(r);
            if (!ring_look(r))
                sched_yield();
            continue;
        }
        CHECK_EQ(value.len, length_of(next));
        memcpy(&number, value.at, sizeof number);
        CHECK_EQ(number, next);
        CHECK(is_filled(value, (uint8_t)next));
        next++;
        if (next % 3 == 0)
            ring_release(r);
    }
    CHECK(!ring_look(r));
    thread_join(&writer);
    ring_destroy(r);
}
