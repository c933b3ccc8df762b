// SPDX-License-Identifier: AGPL-3.0-or-later
// host/addresses_test.c - where browsers are told to send media.
#include "host/addresses.h"

#include "support/check.h"

TEST(this_machine_has_addresses_that_can_be_reached)
{
    struct addresses found;
    bool loopback = false;

    addresses_of_machine(&found);
    CHECK(found.count > 0);
    for (size_t i = 0; i < found.count; i++) {
        CHECK(!address_is_link_local(&found.items[i]));
        loopback = loopback || address_is_loopback(&found.items[i]);
    }
    CHECK(!loopback || address_is_loopback(&found.items[0])); // only when there is nothing else
}

TEST(a_list_of_addresses_is_read_strictly)
{
    struct addresses found;

    CHECK(addresses_from_text(&found, "192.0.2.1, 2001:db8::1,192.0.2.1"));
    CHECK_EQ(found.count, 2);
    CHECK(!addresses_from_text(&found, "192.0.2.1, host.example"));
    CHECK(!addresses_from_text(&found, "192.0.2.256"));
    CHECK(!addresses_from_text(&found, "192.0.2.1:8443"));
    CHECK(addresses_from_text(&found, ""));
    CHECK_EQ(found.count, 0);
}
