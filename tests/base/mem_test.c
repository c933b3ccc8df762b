// SPDX-License-Identifier: AGPL-3.0-or-later
// base/mem_test.c - allocations are zeroed, counted, and fail when a test asks.
#include "base/mem.h"

#include "support/check.h"

#include <string.h>

TEST(fresh_memory_is_zero)
{
    static const char zeros[100];
    char *block = mem_zero(sizeof zeros);

    CHECK(block);
    CHECK_BYTES(block, zeros, sizeof zeros);
    mem_free(block);
}

TEST(an_array_too_large_for_size_t_is_refused)
{
    volatile size_t count = SIZE_MAX / 4; // so that the compiler does not see it coming

    CHECK(!mem_zero_array(count, 8));
}

TEST(the_asked_for_allocation_fails_once)
{
    mem_fail_at(2);
    char *first = mem_zero(1);
    char *second = mem_zero(1);
    char *third = mem_copy_text("abc", 3);
    CHECK(first && !second && third);
    CHECK_STR(third, "abc");
    mem_fail_at(1);
    CHECK(!mem_resize(third, 10));
    CHECK_STR(third, "abc");
    mem_free(first);
    mem_free(third);
}

TEST(every_allocation_is_counted)
{
    const size_t before = mem_allocations();
    char *block = mem_zero(1);

    block = mem_resize(block, 2);
    CHECK_EQ(mem_allocations(), before + 2);
    mem_free(block);
}

TEST(wiping_overwrites)
{
    char secret[] = "secret";

    mem_wipe(secret, sizeof secret);
    CHECK_BYTES(secret, "\0\0\0\0\0\0", sizeof secret);
}
