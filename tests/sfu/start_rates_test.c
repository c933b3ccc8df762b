// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/start_rates_test.c - who comes back within ten minutes is remembered, on the same line.
#include "sfu/start_rates.h"

#include "base/address.h"
#include "base/mem.h"
#include "support/check.h"

static struct start_rates *some(void)
{
    struct start_rates *rates;

    CHECK_EQ(start_rates_create(&rates), ERR_OK);
    return rates;
}

static struct address v6(const char *text)
{
    struct address address;

    CHECK(address_from_text(&address, text));
    return address;
}

TEST(four_fifths_of_what_was_noted_last_is_found)
{
    struct start_rates *rates = some();
    const struct address home = address_v4(192, 0, 2, 7, 5000);

    CHECK_EQ(start_rates_find(rates, SEC(1), 1, &home), 0);
    start_rates_note(rates, SEC(1), 1, &home, 3000000);
    start_rates_note(rates, SEC(2), 1, &home, 1000000);
    start_rates_note(rates, SEC(3), 1, &home, 0); // says nothing
    CHECK_EQ(start_rates_find(rates, SEC(4), 1, &home), 800000);
    start_rates_note(rates, SEC(5), 1, &home, UINT32_MAX);
    CHECK_EQ(start_rates_find(rates, SEC(6), 1, &home), 3435973836);
    start_rates_destroy(rates);
}

TEST(it_is_forgotten_after_ten_minutes)
{
    struct start_rates *rates = some();
    const struct address home = address_v4(192, 0, 2, 7, 5000);

    start_rates_note(rates, SEC(1), 1, &home, 1000000);
    CHECK_EQ(start_rates_find(rates, SEC(601) - 1, 1, &home), 800000);
    CHECK_EQ(start_rates_find(rates, SEC(601), 1, &home), 0);
    start_rates_destroy(rates);
}

TEST(a_line_is_a_device_in_a_network)
{
    struct start_rates *rates = some();
    const struct address home = address_v4(192, 0, 2, 7, 5000);
    const struct address beside = address_v4(192, 0, 2, 200, 6000);
    const struct address away = address_v4(192, 0, 3, 7, 5000);
    const struct address home6 = v6("2001:db8:1:2::7");
    const struct address beside6 = v6("2001:db8:1:3::9");
    const struct address away6 = v6("2001:db8:2:2::7");

    start_rates_note(rates, SEC(1), 1, &home, 1000000);
    start_rates_note(rates, SEC(1), 1, &home6, 2000000);
    CHECK_EQ(start_rates_find(rates, SEC(2), 1, &beside), 800000);
    CHECK_EQ(start_rates_find(rates, SEC(2), 1, &away), 0);
    CHECK_EQ(start_rates_find(rates, SEC(2), 2, &home), 0);
    CHECK_EQ(start_rates_find(rates, SEC(2), 1, &beside6), 1600000);
    CHECK_EQ(start_rates_find(rates, SEC(2), 1, &away6), 0);
    start_rates_destroy(rates);
}

TEST(the_line_noted_longest_ago_gives_way)
{
    struct start_rates *rates = some();
    const struct address home = address_v4(192, 0, 2, 7, 5000);
    const size_t allocations = mem_allocations();

    for (uint64_t device = 0; device < START_RATES_MAX; device++)
        start_rates_note(rates, MSEC(1000 + (usec)device), device, &home, 1000000);
    start_rates_note(rates, SEC(5), 0, &home, 1000000); // seen again
    start_rates_note(rates, SEC(6), 5000, &home, 1000000);
    CHECK_EQ(start_rates_find(rates, SEC(7), 5000, &home), 800000);
    CHECK_EQ(start_rates_find(rates, SEC(7), 0, &home), 800000);
    CHECK_EQ(start_rates_find(rates, SEC(7), 1, &home), 0);
    for (uint64_t device = 2; device < START_RATES_MAX; device++)
        CHECK_EQ(start_rates_find(rates, SEC(7), device, &home), 800000);
    CHECK_EQ(mem_allocations(), allocations);
    start_rates_destroy(rates);
}

TEST(without_memory_there_is_no_table)
{
    struct start_rates *rates;

    mem_fail_at(1);
    CHECK_EQ(start_rates_create(&rates), ERR_NO_MEMORY);
    CHECK(rates == NULL);
    start_rates_destroy(rates);
}
