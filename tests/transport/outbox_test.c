// SPDX-License-Identifier: AGPL-3.0-or-later
// transport/outbox_test.c - rooms in order, a budget, nothing half sent.
#include "transport/outbox.h"

#include "base/mem.h"
#include "support/check.h"

#include <string.h>

static const struct path path = {.remote = {.port = 7}};

TEST(datagrams_stand_in_the_order_they_were_sent)
{
    struct outbox *outbox;

    CHECK_EQ(outbox_create(&outbox, 3), ERR_OK);
    CHECK(outbox_put(outbox, &path, bytes_of_string("one")));
    uint8_t *room = outbox_room(outbox);
    memcpy(room, "second", 6);
    outbox_commit(outbox, &path, 6);
    CHECK_EQ(outbox_count(outbox), 2);
    CHECK_EQ(outbox_at(outbox, 0)->len, 3);
    CHECK_BYTES(outbox_at(outbox, 0)->at, "one", 3);
    CHECK(outbox_at(outbox, 1)->at == room);
    CHECK_EQ(outbox_at(outbox, 1)->path.remote.port, 7);
    outbox_clear(outbox);
    CHECK_EQ(outbox_count(outbox), 0);
    outbox_destroy(outbox);
}

TEST(room_counts_only_once_committed)
{
    struct outbox *outbox;

    CHECK_EQ(outbox_create(&outbox, 2), ERR_OK);
    uint8_t *room = outbox_room(outbox);
    CHECK(outbox_room(outbox) == room);
    CHECK_EQ(outbox_count(outbox), 0);
    outbox_commit(outbox, &path, 1);
    CHECK(outbox_room(outbox) != room);
    outbox_destroy(outbox);
}

TEST(a_turn_has_a_budget_and_a_datagram_a_largest_size)
{
    static const uint8_t large[OUTBOX_MTU + 1];
    struct outbox *outbox;

    CHECK_EQ(outbox_create(&outbox, 1), ERR_OK);
    CHECK(!outbox_put(outbox, &path, bytes_of(large, OUTBOX_MTU + 1)));
    CHECK(outbox_put(outbox, &path, bytes_of(large, OUTBOX_MTU)));
    CHECK(!outbox_put(outbox, &path, bytes_of(large, 1)));
    CHECK(!outbox_room(outbox));
    outbox_clear(outbox);
    CHECK(outbox_room(outbox) != NULL);
    outbox_destroy(outbox);
}

TEST(rooms_are_aligned_for_srtp)
{
    struct outbox *outbox;

    CHECK_EQ(outbox_create(&outbox, 5), ERR_OK);
    for (size_t i = 0; i < 5; i++) {
        CHECK_EQ((uintptr_t)outbox_room(outbox) % 64, 0);
        outbox_commit(outbox, &path, 1);
    }
    outbox_destroy(outbox);
}

TEST(an_outbox_without_memory_is_not_made)
{
    struct outbox *outbox = NULL;

    for (size_t n = 1; n <= 3; n++) {
        mem_fail_at(n);
        CHECK_EQ(outbox_create(&outbox, 8), ERR_NO_MEMORY);
    }
    mem_fail_at(0);
    outbox_destroy(NULL);
}
