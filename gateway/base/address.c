// SPDX-License-Identifier: AGPL-3.0-or-later
// base/address.c - one canonical form of an IP address with a port.
#include "base/address.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const uint8_t v4_prefix[12] = {[10] = 0xff, [11] = 0xff};

bool address_same_ip(const struct address *a, const struct address *b)
{
    return memcmp(a->ip, b->ip, sizeof a->ip) == 0 && a->scope == b->scope;
}

bool address_equal(const struct address *a, const struct address *b)
{
    return a->port == b->port && address_same_ip(a, b);
}

bool path_equal(const struct path *a, const struct path *b)
{
    return address_equal(&a->remote, &b->remote) && address_equal(&a->local, &b->local);
}

bool address_is_v4(const struct address *a)
{
    return memcmp(a->ip, v4_prefix, sizeof v4_prefix) == 0;
}

bool address_is_loopback(const struct address *a)
{
    static const uint8_t v6_loopback[16] = {[15] = 1};

    if (address_is_v4(a))
        return a->ip[12] == 127;
    return memcmp(a->ip, v6_loopback, sizeof v6_loopback) == 0;
}

bool address_is_link_local(const struct address *a)
{
    if (address_is_v4(a))
        return a->ip[12] == 169 && a->ip[13] == 254;
    return a->ip[0] == 0xfe && (a->ip[1] & 0xc0) == 0x80;
}

struct address address_v4(uint8_t a, uint8_t b, uint8_t c, uint8_t d, uint16_t port)
{
    struct address address = {.port = port};

    memcpy(address.ip, v4_prefix, sizeof v4_prefix);
    address.ip[12] = a;
    address.ip[13] = b;
    address.ip[14] = c;
    address.ip[15] = d;
    return address;
}

// The finalizer of splitmix64, chained: nobody who lacks the seed can aim at a value.
static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash ^= word;
    hash = (hash ^ hash >> 30) * 0xbf58476d1ce4e5b9u;
    hash = (hash ^ hash >> 27) * 0x94d049bb133111ebu;
    return hash ^ hash >> 31;
}

uint64_t address_hash(const struct address *a, uint64_t seed)
{
    uint64_t words[2];

    memcpy(words, a->ip, sizeof words);
    const uint64_t hash = mix(mix(mix(seed, seed), words[0]), words[1]);
    return mix(hash ^ seed, (uint64_t)a->scope << 16 | a->port);
}

uint64_t path_hash(const struct path *p, uint64_t seed)
{
    return address_hash(&p->local, address_hash(&p->remote, seed));
}

const char *address_ip_text(const struct address *a, char text[static ADDRESS_TEXT_SIZE])
{
    if (address_is_v4(a))
        (void)inet_ntop(AF_INET, a->ip + sizeof v4_prefix, text, ADDRESS_TEXT_SIZE);
    else
        (void)inet_ntop(AF_INET6, a->ip, text, ADDRESS_TEXT_SIZE);
    return text;
}

const char *address_text(const struct address *a, char text[static ADDRESS_TEXT_SIZE])
{
    char ip[ADDRESS_TEXT_SIZE];
    char scope[12] = "";
    char port[8] = "";
    const bool brackets = !address_is_v4(a) && a->port;

    address_ip_text(a, ip);
    if (a->scope)
        (void)snprintf(scope, sizeof scope, "%%%" PRIu32, a->scope);
    if (a->port)
        (void)snprintf(port, sizeof port, ":%u", (unsigned)a->port);
    (void)snprintf(text, ADDRESS_TEXT_SIZE, "%s%.39s%s%s%s", brackets ? "[" : "", ip, scope,
                   brackets ? "]" : "", port);
    return text;
}

bool address_from_text(struct address *a, const char *text)
{
    *a = (struct address){0};
    if (inet_pton(AF_INET6, text, a->ip) == 1)
        return true;
    memcpy(a->ip, v4_prefix, sizeof v4_prefix);
    return inet_pton(AF_INET, text, a->ip + sizeof v4_prefix) == 1;
}
