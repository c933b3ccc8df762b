// SPDX-License-Identifier: AGPL-3.0-or-later
// host/addresses.c - the addresses of this machine that browsers can reach.
#include "host/addresses.h"

#include "host/config.h"
#include "host/udp_address.h"

#include <ifaddrs.h>
#include <net/if.h>

static void add(struct addresses *to, const struct address *address)
{
    for (size_t i = 0; i < to->count; i++)
        if (address_same_ip(&to->items[i], address))
            return;
    if (to->count < ADDRESSES_MOST)
        to->items[to->count++] = *address;
}

static void add_kind(struct addresses *to, const struct ifaddrs *all, bool v4, bool loopback)
{
    for (const struct ifaddrs *i = all; i; i = i->ifa_next) {
        struct address address;

        if (!i->ifa_addr || !(i->ifa_flags & IFF_UP) || !address_from_kernel(&address, i->ifa_addr))
            continue;
        if (address_is_link_local(&address) || address_is_v4(&address) != v4 ||
            address_is_loopback(&address) != loopback)
            continue;
        address.port = 0;
        add(to, &address);
    }
}

void addresses_of_machine(struct addresses *found)
{
    struct ifaddrs *all = NULL;

    *found = (struct addresses){0};
    if (getifaddrs(&all) == 0) {
        add_kind(found, all, true, false);
        add_kind(found, all, false, false);
        if (!found->count) {
            add_kind(found, all, true, true);
            add_kind(found, all, false, true);
        }
        freeifaddrs(all);
    }
    if (!found->count)
        found->items[found->count++] = address_v4(127, 0, 0, 1, 0);
}

bool addresses_from_text(struct addresses *found, const char *list)
{
    char item[ADDRESS_TEXT_SIZE];

    *found = (struct addresses){0};
    while (config_next_item(&list, item, sizeof item)) {
        struct address address;

        if (found->count == ADDRESSES_MOST || !address_from_text(&address, item))
            return false;
        add(found, &address);
    }
    return !*list;
}
