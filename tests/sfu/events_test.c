// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/events_test.c - what a worker tells, in order.
#include "sfu/events.h"

#include "base/mem.h"
#include "support/check.h"

static struct sfu_event numbered(uint64_t number)
{
    return (struct sfu_event){.kind = SFU_TRANSPORT_LOST, .transport = number};
}

TEST(events_keep_their_order_while_the_ring_wraps_and_grows)
{
    struct events events;
    struct sfu_event event;
    uint64_t put = 0;
    uint64_t taken = 0;

    CHECK(events_init(&events) == ERR_OK);
    for (int round = 0; round < 50; round++) {
        for (int i = 0; i < 40; i++) {
            event = numbered(++put);
            CHECK(events_put(&events, &event));
        }
        for (int i = 0; i < 30; i++) {
            CHECK(events_take(&events, &event));
            CHECK_EQ(event.transport, ++taken);
        }
    }
    while (events_take(&events, &event))
        CHECK_EQ(event.transport, ++taken);
    CHECK_EQ(taken, put);
    events_fini(&events);
}

TEST(a_ring_that_nobody_empties_stops_growing)
{
    struct events events;
    const struct sfu_event event = numbered(1);
    size_t kept = 0;

    CHECK(events_init(&events) == ERR_OK);
    while (events_put(&events, &event))
        kept++;
    CHECK(kept >= 1000 && kept <= 100000);
    events_fini(&events);
}

TEST(without_memory_the_first_events_stay)
{
    struct events events;
    struct sfu_event event = numbered(1);

    CHECK(events_init(&events) == ERR_OK);
    while (events.count < events.size)
        CHECK(events_put(&events, &event));
    mem_fail_at(1);
    CHECK(!events_put(&events, &event));
    mem_fail_at(0);
    CHECK(events_take(&events, &event));
    events_fini(&events);
}
