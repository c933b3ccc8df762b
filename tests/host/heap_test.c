// SPDX-License-Identifier: AGPL-3.0-or-later
// host/heap_test.c - memory is given back once, when most are gone and nobody's media would wait for it.
#include "host/heap.h"

#include "support/check.h"

TEST(memory_is_given_back_once_when_those_who_needed_it_are_gone)
{
    struct heap heap = {0};

    CHECK(!heap_is_due(&heap, SEC(1), 1000, 500));
    CHECK(!heap_is_due(&heap, SEC(2), 100, 1)); // somebody's media would wait
    CHECK(!heap_is_due(&heap, SEC(9), 100, 1));
    CHECK(!heap_is_due(&heap, SEC(10), 100, 0));
    CHECK(!heap_is_due(&heap, SEC(12), 100, 0));
    CHECK(heap_is_due(&heap, SEC(13), 100, 0));
    CHECK(!heap_is_due(&heap, SEC(14), 100, 0));
    CHECK(!heap_is_due(&heap, SEC(30), 90, 0));
    CHECK(!heap_is_due(&heap, SEC(31), 40, 0));
    CHECK(heap_is_due(&heap, SEC(34), 0, 0));
}

TEST(who_comes_back_at_once_finds_it_there)
{
    struct heap heap = {0};

    CHECK(!heap_is_due(&heap, SEC(1), 100, 0));
    CHECK(!heap_is_due(&heap, SEC(2), 0, 0));
    CHECK(!heap_is_due(&heap, SEC(4), 80, 0));
    CHECK(!heap_is_due(&heap, SEC(5), 0, 0));
    CHECK(!heap_is_due(&heap, SEC(7), 0, 0));
    CHECK(heap_is_due(&heap, SEC(8), 0, 0));
}

TEST(a_few_pages_are_not_worth_it)
{
    struct heap heap = {0};

    CHECK(!heap_is_due(&heap, SEC(1), 10, 5));
    for (int second = 2; second < 60; second++)
        CHECK(!heap_is_due(&heap, SEC(second), 0, 0));
}
