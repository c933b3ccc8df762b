// SPDX-License-Identifier: AGPL-3.0-or-later
// harness/flight_test.c - datagrams on their way.
#include "support/flight.h"

#include "base/mem.h"
#include "support/check.h"
#include "support/random.h"

TEST(what_is_due_first_comes_first_whatever_the_order_it_was_put_in)
{
    struct flight flight = {0};
    struct random random = random_seeded(3);
    usec last = 0;

    for (uint32_t i = 0; i < 5000; i++)
        CHECK(flight_put(&flight, random_between(&random, 0, 1000), i, &i, sizeof i));
    for (int i = 0; i < 5000; i++) {
        struct flown *const flown = flight_take(&flight, USEC_NEVER - 1);

        CHECK(flown);
        CHECK(flown->due >= last);
        CHECK_EQ(flown->len, sizeof(uint32_t));
        CHECK_BYTES(flown->bytes, &flown->where, sizeof(uint32_t));
        last = flown->due;
        mem_free(flown);
    }
    CHECK_EQ(flight_next(&flight), USEC_NEVER);
    flight_fini(&flight);
}

TEST(of_those_due_at_once_the_first_put_in_is_first)
{
    struct flight flight = {0};

    for (uint32_t i = 0; i < 100; i++)
        CHECK(flight_put(&flight, SEC(1), i, "", 1));
    for (uint32_t i = 0; i < 100; i++) {
        struct flown *const flown = flight_take(&flight, SEC(1));

        CHECK(flown);
        CHECK_EQ(flown->where, i);
        mem_free(flown);
    }
    flight_fini(&flight);
}

TEST(nothing_comes_before_it_is_due)
{
    struct flight flight = {0};

    CHECK(!flight_take(&flight, SEC(1)));
    CHECK(flight_put(&flight, SEC(2), 0, "late", 4));
    CHECK_EQ(flight_next(&flight), SEC(2));
    CHECK(!flight_take(&flight, SEC(2) - 1));
    flight_fini(&flight);
}

TEST(what_is_too_long_is_refused)
{
    static const uint8_t bytes[FLIGHT_DATAGRAM + 1];
    struct flight flight = {0};

    CHECK(!flight_put(&flight, 0, 0, bytes, sizeof bytes));
    CHECK(flight_put(&flight, 0, 0, bytes, FLIGHT_DATAGRAM));
    flight_fini(&flight);
}
