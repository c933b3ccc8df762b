// SPDX-License-Identifier: AGPL-3.0-or-later
// base/address_test.c - one address, one form.
#include "base/address.h"

#include "support/check.h"

static struct address parsed(const char *text)
{
    struct address a;

    if (!address_from_text(&a, text))
        CHECK_FAIL("%s was not read", text);
    return a;
}

TEST(mapped_and_plain_ipv4_are_the_same)
{
    const struct address plain = parsed("192.0.2.1");
    const struct address mapped = parsed("::ffff:192.0.2.1");
    const struct address built = address_v4(192, 0, 2, 1, 0);

    CHECK(address_equal(&plain, &mapped));
    CHECK(address_equal(&plain, &built));
    CHECK(address_is_v4(&mapped));
}

TEST(text_comes_back_as_it_went_in)
{
    static const char *const texts[] = {"192.0.2.1", "2001:db8::1", "::1", "::", "fe80::1:2"};
    char text[ADDRESS_TEXT_SIZE];

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const struct address a = parsed(texts[i]);
        CHECK_STR(address_ip_text(&a, text), texts[i]);
        CHECK_STR(address_text(&a, text), texts[i]);
    }
}

TEST(a_port_and_a_scope_are_shown)
{
    char text[ADDRESS_TEXT_SIZE];
    struct address a = parsed("fe80::1");

    a.port = 65535;
    CHECK_STR(address_text(&a, text), "[fe80::1]:65535");
    a.scope = UINT32_MAX;
    CHECK_STR(address_text(&a, text), "[fe80::1%4294967295]:65535");
    a = parsed("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
    a.port = 65535;
    a.scope = UINT32_MAX;
    CHECK_STR(address_text(&a, text), "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff%4294967295]:65535");
    a = address_v4(10, 0, 0, 1, 80);
    CHECK_STR(address_text(&a, text), "10.0.0.1:80");
}

TEST(what_is_no_bare_address_is_refused)
{
    static const char *const texts[] = {"",          "1.2.3",     "1.2.3.4:5",
                                        "fe80::1%2", "localhost", "[::1]"};
    struct address a;

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        CHECK(!address_from_text(&a, texts[i]));
}

TEST(kinds_of_addresses_are_told)
{
    const struct address loopback4 = parsed("127.1.2.3");
    const struct address loopback6 = parsed("::1");
    const struct address local4 = parsed("169.254.1.1");
    const struct address local6 = parsed("febf::1");
    const struct address public6 = parsed("fec0::1");

    CHECK(address_is_loopback(&loopback4) && address_is_loopback(&loopback6));
    CHECK(!address_is_loopback(&public6) && !address_is_v4(&public6));
    CHECK(address_is_link_local(&local4) && address_is_link_local(&local6));
    CHECK(!address_is_link_local(&public6) && !address_is_link_local(&loopback4));
}

TEST(every_part_and_the_seed_move_the_hash)
{
    const struct address a = address_v4(10, 0, 0, 1, 5000);
    struct address b = a;

    CHECK(address_hash(&a, 1) == address_hash(&b, 1));
    CHECK(address_hash(&a, 1) != address_hash(&a, 2));
    b.port++;
    CHECK(address_hash(&a, 1) != address_hash(&b, 1));
    CHECK(!address_equal(&a, &b) && address_same_ip(&a, &b));
    b = a;
    b.scope = 1;
    CHECK(address_hash(&a, 1) != address_hash(&b, 1));
    CHECK(!address_same_ip(&a, &b));
    const struct path there = {.local = a, .remote = b};
    const struct path back = {.local = b, .remote = a};
    CHECK(path_hash(&there, 1) != path_hash(&back, 1));
    CHECK(path_equal(&there, &there) && !path_equal(&there, &back));
}
