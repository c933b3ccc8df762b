// SPDX-License-Identifier: AGPL-3.0-or-later
// host/flows_test.c - whose flow it is, as long as they say so.
#include "host/flows.h"

#include "base/mem.h"
#include "support/check.h"

static struct path path_of(uint32_t number)
{
    return (struct path){.local = address_v4(10, 0, 0, 1, 8443),
                         .remote =
                             address_v4(10, 1, (uint8_t)(number >> 16), (uint8_t)(number >> 8),
                                        (uint16_t)(1000 + number % 256))};
}

static struct flows *open_flows(void)
{
    struct flows *f = NULL;

    CHECK_EQ(flows_create(&f, 99), ERR_OK);
    return f;
}

TEST(a_flow_is_found_at_whoever_said_so_last)
{
    const struct path path = path_of(1), other = path_of(2);
    struct flows *f = open_flows();
    unsigned thread = 9;

    CHECK(!flows_find(f, &path, &thread));
    flows_note(f, &path, 3);
    CHECK(flows_find(f, &path, &thread));
    CHECK_EQ(thread, 3);
    CHECK(!flows_find(f, &other, &thread));
    flows_note(f, &path, 1);
    CHECK(flows_find(f, &path, &thread));
    CHECK_EQ(thread, 1);
    CHECK_EQ(flows_count(f), 1);
    flows_destroy(f);
}

TEST(a_flow_is_forgotten_only_by_whoever_has_it)
{
    const struct path path = path_of(1);
    struct flows *f = open_flows();
    unsigned thread;

    flows_note(f, &path, 3);
    flows_forget(f, &path, 2);
    CHECK(flows_find(f, &path, &thread));
    flows_forget(f, &path, 3);
    flows_forget(f, &path, 3);
    CHECK(!flows_find(f, &path, &thread));
    CHECK_EQ(flows_count(f), 0);
    flows_destroy(f);
}

TEST(the_oldest_flow_makes_room)
{
    struct flows *f = open_flows();
    struct path path;
    unsigned thread;

    for (uint32_t i = 0; i < FLOWS_MOST + 5; i++) {
        path = path_of(i);
        flows_note(f, &path, 1);
    }
    CHECK_EQ(flows_count(f), FLOWS_MOST);
    path = path_of(4);
    CHECK(!flows_find(f, &path, &thread));
    path = path_of(5);
    CHECK(flows_find(f, &path, &thread));
    flows_destroy(f);
}

TEST(a_flow_there_is_no_memory_for_is_not_known)
{
    const struct path path = path_of(1);
    struct flows *f = open_flows();
    unsigned thread;

    for (size_t n = 1; n <= 2; n++) {
        mem_fail_at(n);
        flows_note(f, &path, 1);
        CHECK(!flows_find(f, &path, &thread));
    }
    mem_fail_at(0);
    flows_note(f, &path, 1);
    CHECK(flows_find(f, &path, &thread));
    flows_destroy(f);
}
