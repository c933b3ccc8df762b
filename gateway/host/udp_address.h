// SPDX-License-Identifier: AGPL-3.0-or-later
// host/udp_address.h - between our addresses and the kernel's.
#ifndef GATEWAY_HOST_UDP_ADDRESS_H
#define GATEWAY_HOST_UDP_ADDRESS_H

#include "base/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

// IPv4 and IPv6; false for other families.
bool address_from_kernel(struct address *to, const struct sockaddr *from);

// For a socket of `family` (an AF_INET6 socket takes IPv4 v4-mapped). Returns the length, 0 when the
// address does not fit the family.
socklen_t address_to_kernel(struct sockaddr_storage *to, const struct address *from, int family);

#define PACKET_INFO_SIZE                                                                           \
    (CMSG_SPACE(64) + CMSG_SPACE(sizeof(uint16_t))) // IP(V6)_PKTINFO and UDP_SEGMENT

// Which of our addresses a datagram hit (IP_PKTINFO, IPV6_PKTINFO); the port stays. False without.
bool packet_info_read(struct address *local, struct msghdr *message);

// Appends the source address to control data that has room for PACKET_INFO_SIZE in all.
void packet_info_write(struct msghdr *message, const struct address *local, int family);
void packet_segment_write(struct msghdr *message, uint16_t segment);

#endif
