// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/later_test.c - what waits keeps its order.
#include "sfu/later.h"

#include "support/check.h"

TEST(what_waits_keeps_its_order_and_its_bytes)
{
    struct later *later;
    uint8_t bytes[4] = {0};
    struct datagram in = {.at = bytes, .len = sizeof bytes};
    uint8_t put = 0;
    uint8_t taken = 0;

    CHECK(later_create(&later) == ERR_OK);
    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < 20; i++) {
            bytes[0] = put;
            in.path.remote.port = put++;
            in.at = bytes;
            CHECK(later_put(later, &in));
        }
        while (later_take(later, &in)) {
            CHECK_EQ(in.at[0], taken);
            CHECK_EQ(in.path.remote.port, taken++);
            CHECK_EQ(in.len, sizeof bytes);
        }
    }
    CHECK_EQ(put, taken);
    later_destroy(later);
}

TEST(more_than_fits_is_refused)
{
    struct later *later;
    uint8_t bytes[1600] = {0};
    struct datagram in = {.at = bytes, .len = 1600};
    size_t count = 0;

    CHECK(later_create(&later) == ERR_OK);
    CHECK(!later_put(later, &in));
    in.len = 1500;
    while (later_put(later, &in))
        count++;
    CHECK_EQ(count, LATER_MAX);
    later_destroy(later);
}
