// SPDX-License-Identifier: AGPL-3.0-or-later
// base/bytes_test.c - readers and writers that cannot run over.
#include "base/bytes.h"

#include "support/check.h"

TEST(numbers_are_read_big_endian)
{
    const uint8_t packet[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    struct reader in = reader_over(bytes_of(packet, sizeof packet));

    CHECK_EQ(read_u8(&in), 1);
    CHECK_EQ(read_u16(&in), 0x0203);
    CHECK_EQ(read_u24(&in), 0x040506);
    CHECK_EQ(read_u32(&in), 0x0708090a);
    CHECK(in.ok);
    CHECK_EQ(reader_left(&in), 0);
}

TEST(reading_past_the_end_yields_zero_for_good)
{
    const uint8_t packet[] = {1, 2, 3};
    struct reader in = reader_over(bytes_of(packet, sizeof packet));

    CHECK_EQ(read_u32(&in), 0);
    CHECK(!in.ok);
    CHECK_EQ(read_u8(&in), 0);
    CHECK(!in.ok);
}

TEST(equal_bytes_are_equal_in_both_ways)
{
    CHECK(bytes_equal(bytes_of_string("anna"), bytes_of_string("anna")));
    CHECK(!bytes_equal(bytes_of_string("anna"), bytes_of_string("anne")));
    CHECK(bytes_equal_secret(bytes_of_string("anna"), bytes_of_string("anna")));
    CHECK(!bytes_equal_secret(bytes_of_string("anna"), bytes_of_string("ann")));
}
