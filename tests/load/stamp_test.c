// SPDX-License-Identifier: AGPL-3.0-or-later
// load/stamp_test.c - a stamp is read back from the end of a payload, and from nowhere else.
#include "load/stamp.h"

#include "support/check.h"
#include "support/random.h"

TEST(a_stamp_is_read_as_it_was_written)
{
    uint8_t payload[100] = {1, 2, 3};
    struct stamp stamp;

    CHECK(stamp_write(payload, sizeof payload, &(struct stamp){7, 8, SEC(123456789) + 5}));
    CHECK(stamp_read(&stamp, bytes_of(payload, sizeof payload)));
    CHECK_EQ(stamp.source, 7);
    CHECK_EQ(stamp.count, 8);
    CHECK_EQ(stamp.sent, SEC(123456789) + 5);
    CHECK_EQ(payload[2], 3);
}

TEST(a_short_payload_is_left_alone)
{
    uint8_t payload[STAMP_LEAST - 1] = {9};
    struct stamp stamp;

    CHECK(!stamp_write(payload, sizeof payload, &(struct stamp){1, 1, 1}));
    CHECK_EQ(payload[sizeof payload - 1], 0);
    CHECK(!stamp_read(&stamp, bytes_of(payload, sizeof payload)));
    CHECK(!stamp_read(&stamp, bytes_of(payload, STAMP_LEN - 1)));
    CHECK(!stamp_read(&stamp, bytes_of(NULL, 0)));
}

TEST(other_bytes_are_hardly_ever_a_stamp)
{
    struct random random = random_seeded(1);
    uint8_t payload[60];
    struct stamp stamp;
    int found = 0;

    for (int i = 0; i < 10000; i++) {
        random_fill(&random, payload, sizeof payload);
        found += stamp_read(&stamp, bytes_of(payload, sizeof payload));
    }
    CHECK(found <= 2);
}
