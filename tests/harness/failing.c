// SPDX-License-Identifier: AGPL-3.0-or-later
// harness/failing.c - one test that passes and one failure of every kind; failing.cmake looks on.
#include <pthread.h>

#include "support/check.h"

TEST(passes)
{
    CHECK(true);
    CHECK_EQ((uint8_t)200, 200);
    CHECK_EQ(INT64_MIN, INT64_MIN);
    CHECK_EQ(UINT64_MAX, UINT64_MAX);
    CHECK_STR(NULL, NULL);
}

TEST(fails_a_claim)
{
    CHECK(1 > 2);
    CHECK_FAIL("is not reached");
}

TEST(fails_with_numbers)
{
    CHECK_EQ(-1, UINT32_MAX + 1ull);
}

TEST(fails_with_strings)
{
    CHECK_STR("anna", "ann");
}

TEST(fails_with_bytes)
{
    CHECK_BYTES("abc", "abd", 3);
}

static void *fail(void *unused)
{
    (void)unused;
    CHECK_FAIL("in a thread");
}

TEST(fails_in_a_thread)
{
    pthread_t thread;

    CHECK(pthread_create(&thread, NULL, fail, NULL) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
}
