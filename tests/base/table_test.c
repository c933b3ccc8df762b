// SPDX-License-Identifier: AGPL-3.0-or-later
// base/table_test.c - the map against a plain array, and without memory.
#include "base/table.h"

#include "base/mem.h"
#include "support/check.h"

#include <stdbool.h>

#define KEYS 512

TEST(an_empty_table_has_nothing)
{
    struct table table = {0};
    size_t at = 0;

    CHECK(!table_find(&table, 0));
    table_remove(&table, 7);
    CHECK(!table_each(&table, &at));
    table_fini(&table);
}

TEST(a_table_agrees_with_an_array_through_random_puts_and_removals)
{
    static char values[2];
    void *model[KEYS] = {0};
    struct table table = {0};
    uint64_t random = 1;
    size_t count = 0;

    for (int step = 0; step < 100000; step++) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        const uint64_t key = random >> 33 & (KEYS - 1);
        void *value = random >> 60 < 8 ? NULL : &values[random >> 62 & 1];
        count += (value != NULL) - (size_t)(model[key] != NULL);
        model[key] = value;
        if (value)
            CHECK_EQ(table_put(&table, key, value), ERR_OK);
        else
            table_remove(&table, key);
        CHECK_EQ(table.count, count);
    }
    for (uint64_t key = 0; key < KEYS; key++)
        CHECK(table_find(&table, key) == model[key]);
    size_t at = 0;
    size_t seen = 0;
    while (table_each(&table, &at))
        seen++;
    CHECK_EQ(seen, count);
    table_fini(&table);
}

TEST(without_memory_the_table_stays_as_it_was)
{
    static char value;
    struct table table = {0};

    mem_fail_at(1);
    CHECK_EQ(table_put(&table, 1, &value), ERR_NO_MEMORY);
    CHECK_EQ(table.count, 0);
    for (uint64_t key = 0; key < 12; key++)
        CHECK_EQ(table_put(&table, key, &value), ERR_OK);
    mem_fail_at(1);
    CHECK_EQ(table_put(&table, 99, &value), ERR_NO_MEMORY);
    mem_fail_at(0);
    CHECK_EQ(table.count, 12);
    CHECK(table_find(&table, 11) && !table_find(&table, 99));
    table_fini(&table);
}
