// SPDX-License-Identifier: AGPL-3.0-or-later
// host/accept_test.c - one address cannot take all connections.
#include "host/accept.h"

#include "host/addresses.h"
#include "support/check.h"

#include <string.h>

static struct address v6(uint8_t network, uint8_t host)
{
    struct address a = {.ip = {0x20, 0x01, 0x0d, 0xb8}};

    a.ip[7] = network;
    a.ip[15] = host;
    return a;
}

TEST(an_address_has_a_bounded_number_of_connections)
{
    const struct address one = address_v4(192, 0, 2, 1, 1000), two = address_v4(192, 0, 2, 2, 1000);
    struct accept *a = NULL;

    CHECK_EQ(accept_create(&a, &(struct accept_limits){100, 3, NULL}, 7), ERR_OK);
    for (int i = 0; i < 3; i++) {
        CHECK(accept_allows(a, SEC(1), &one));
        accept_opened(a, SEC(1), &one);
    }
    CHECK(!accept_allows(a, SEC(1), &one));
    CHECK(accept_allows(a, SEC(1), &two));
    accept_closed(a, SEC(1), &one);
    CHECK(accept_allows(a, SEC(1), &one));
    accept_destroy(a);
}

TEST(all_addresses_together_are_bounded_too)
{
    struct accept *a = NULL;

    CHECK_EQ(accept_create(&a, &(struct accept_limits){10, 3, NULL}, 7), ERR_OK);
    for (uint8_t i = 0; i < 10; i++) {
        const struct address from = address_v4(192, 0, 2, i, 1);

        CHECK(accept_allows(a, 0, &from));
        accept_opened(a, 0, &from);
    }
    CHECK_EQ(accept_count(a), 10);
    CHECK(!accept_allows(a, 0, &(struct address){.ip = {1}}));
    accept_destroy(a);
}

TEST(a_network_of_ipv6_counts_as_one)
{
    const struct address first = v6(1, 1), second = v6(1, 2), other = v6(2, 1);
    struct accept *a = NULL;

    CHECK_EQ(accept_create(&a, &(struct accept_limits){100, 1, NULL}, 7), ERR_OK);
    accept_opened(a, 0, &first);
    CHECK(!accept_allows(a, 0, &second));
    CHECK(accept_allows(a, 0, &other));
    accept_destroy(a);
}

TEST(a_storm_of_connections_is_slowed_down_and_forgotten)
{
    const struct address from = address_v4(192, 0, 2, 1, 1);
    struct accept *a = NULL;
    int allowed = 0;

    CHECK_EQ(accept_create(&a, &(struct accept_limits){100, 100, NULL}, 7), ERR_OK);
    for (int i = 0; i < 1000; i++)
        allowed += accept_allows(a, SEC(1), &from);
    CHECK_EQ(allowed, 300);
    CHECK(accept_allows(a, SEC(1) + MSEC(10), &from));
    accept_sweep(a, SEC(10));
    allowed = 0;
    for (int i = 0; i < 1000; i++)
        allowed += accept_allows(a, SEC(10), &from);
    CHECK_EQ(allowed, 300);
    accept_destroy(a);
}

TEST(a_storm_of_requests_is_slowed_down)
{
    const struct address from = address_v4(192, 0, 2, 1, 1), other = address_v4(192, 0, 2, 2, 1);
    struct accept *a = NULL;
    int taken = 0;

    CHECK_EQ(accept_create(&a, &(struct accept_limits){100, 100, NULL}, 7), ERR_OK);
    accept_opened(a, SEC(1), &from);
    accept_opened(a, SEC(1), &other);
    for (int i = 0; i < 2000; i++)
        taken += accept_takes_request(a, SEC(1), &from);
    CHECK_EQ(taken, 1000);
    CHECK(accept_takes_request(a, SEC(1), &other));
    CHECK(accept_takes_request(a, SEC(1) + MSEC(10), &from));
    accept_destroy(a);
}

TEST(a_crowd_of_networks_does_not_shut_out_who_comes_next)
{
    struct accept *a = NULL;
    const struct address patient = address_v4(192, 0, 2, 1, 1);
    int refused = 0;

    CHECK_EQ(accept_create(&a, &(struct accept_limits){100, 2, NULL}, 7), ERR_OK);
    accept_opened(a, SEC(1), &patient);
    for (int i = 0; i < 40000; i++) { // each connects once and goes
        struct address from = v6((uint8_t)i, 1);

        from.ip[5] = (uint8_t)(i >> 8);
        refused += !accept_allows(a, SEC(1), &from);
        accept_opened(a, SEC(1), &from);
        accept_closed(a, SEC(1), &from);
    }
    CHECK_EQ(refused, 0);
    accept_opened(a, SEC(1), &patient);
    CHECK(!accept_allows(a, SEC(1), &patient)); // who is connected is not forgotten
    accept_destroy(a);
}

TEST(a_trusted_address_is_not_slowed_down_but_counts)
{
    const struct address trusted = address_v4(192, 0, 2, 1, 9), other = address_v4(192, 0, 2, 2, 9);
    const struct addresses unlimited = {.items = {address_v4(192, 0, 2, 1, 0)}, .count = 1};
    struct accept *a = NULL;

    CHECK_EQ(accept_create(&a, &(struct accept_limits){2000, 3, &unlimited}, 7), ERR_OK);
    for (int i = 0; i < 1999; i++) {
        CHECK(accept_allows(a, SEC(1), &trusted));
        accept_opened(a, SEC(1), &trusted);
        CHECK(accept_takes_request(a, SEC(1), &trusted));
    }
    CHECK(accept_is_unlimited(a, &trusted));
    CHECK(!accept_is_unlimited(a, &other));
    CHECK(accept_allows(a, SEC(1), &other));
    accept_opened(a, SEC(1), &other);
    CHECK(!accept_allows(a, SEC(1), &trusted)); // the bound on all of them holds
    accept_destroy(a);
}
