// SPDX-License-Identifier: AGPL-3.0-or-later
// base/address.h - one canonical form of an IP address with a port.
#ifndef GATEWAY_BASE_ADDRESS_H
#define GATEWAY_BASE_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

// IPv4 is kept v4-mapped (::ffff:a.b.c.d), so that one address has one form before any comparison.
struct address {
    uint8_t ip[16];
    uint32_t scope; // of a link-local IPv6 address, else 0
    uint16_t port;  // host order
};

#define ADDRESS_TEXT_SIZE 64 // "[address%scope]:port" and a NUL

// Where a datagram came from and which of our addresses it hit. Replies leave from `local`.
struct path {
    struct address local;
    struct address remote;
};

bool address_equal(const struct address *a, const struct address *b);
bool address_same_ip(const struct address *a, const struct address *b);
bool path_equal(const struct path *a, const struct path *b);
bool address_is_v4(const struct address *a);
bool address_is_loopback(const struct address *a);
bool address_is_link_local(const struct address *a);

struct address address_v4(uint8_t a, uint8_t b, uint8_t c, uint8_t d, uint16_t port);

// Mixes address and port into 64 bits; `seed` is random per process.
uint64_t address_hash(const struct address *a, uint64_t seed);
uint64_t path_hash(const struct path *p, uint64_t seed);

// "192.0.2.1:5000" or "[2001:db8::1]:5000"; without the port when it is 0.
const char *address_text(const struct address *a, char text[static ADDRESS_TEXT_SIZE]);

// The bare IP, as in an ICE candidate line.
const char *address_ip_text(const struct address *a, char text[static ADDRESS_TEXT_SIZE]);

// Reads a bare IPv4 or IPv6 address (no port, no name); false otherwise.
bool address_from_text(struct address *a, const char *text);

#endif
