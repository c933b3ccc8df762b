// SPDX-License-Identifier: AGPL-3.0-or-later
// host/udp_address.c - between our addresses and the kernel's.
#include "host/udp_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdint.h>
#include <string.h>

static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

static void set_v4(struct address *to, struct in_addr ip)
{
    memcpy(to->ip, mapped, sizeof mapped);
    memcpy(to->ip + sizeof mapped, &ip, sizeof ip);
    to->scope = 0;
}

static void set_v6(struct address *to, const struct in6_addr *ip, uint32_t scope)
{
    memcpy(to->ip, ip, sizeof to->ip);
    to->scope = IN6_IS_ADDR_LINKLOCAL(ip) ? scope : 0;
}

bool address_from_kernel(struct address *to, const struct sockaddr *from)
{
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;

    *to = (struct address){0};
    if (from->sa_family == AF_INET) {
        memcpy(&v4, from, sizeof v4);
        set_v4(to, v4.sin_addr);
        to->port = ntohs(v4.sin_port);
        return true;
    }
    if (from->sa_family == AF_INET6) {
        memcpy(&v6, from, sizeof v6);
        set_v6(to, &v6.sin6_addr, v6.sin6_scope_id);
        to->port = ntohs(v6.sin6_port);
        return true;
    }
    return false;
}

socklen_t address_to_kernel(struct sockaddr_storage *to, const struct address *from, int family)
{
    if (family == AF_INET6) {
        struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(from->port)};

        memcpy(&v6.sin6_addr, from->ip, sizeof from->ip);
        v6.sin6_scope_id = from->scope;
        memcpy(to, &v6, sizeof v6);
        return sizeof v6;
    }
    if (address_is_v4(from)) {
        struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(from->port)};

        memcpy(&v4.sin_addr, from->ip + sizeof mapped, sizeof v4.sin_addr);
        memcpy(to, &v4, sizeof v4);
        return sizeof v4;
    }
    return 0;
}

bool packet_info_read(struct address *local, struct msghdr *message)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
        if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
            struct in_pktinfo v4;

            memcpy(&v4, CMSG_DATA(c), sizeof v4);
            set_v4(local, v4.ipi_addr);
            return true;
        }
        if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
            struct in6_pktinfo v6;

            memcpy(&v6, CMSG_DATA(c), sizeof v6);
            set_v6(local, &v6.ipi6_addr, v6.ipi6_ifindex);
            return true;
        }
    }
    return false;
}

static void append(struct msghdr *message, int level, int type, const void *value, size_t len)
{
    struct cmsghdr head = {.cmsg_len = CMSG_LEN(len), .cmsg_level = level, .cmsg_type = type};
    uint8_t *at = (uint8_t *)message->msg_control + message->msg_controllen;

    memset(at, 0, CMSG_SPACE(len));
    memcpy(at, &head, sizeof head);
    memcpy(at + CMSG_LEN(0), value, len);
    message->msg_controllen += CMSG_SPACE(len);
}

void packet_info_write(struct msghdr *message, const struct address *local, int family)
{
    // An IPv4 source on a dual-stack socket is told as IP_PKTINFO, not v4-mapped.
    if (address_is_v4(local)) {
        struct in_pktinfo v4 = {0};

        memcpy(&v4.ipi_spec_dst, local->ip + sizeof mapped, sizeof v4.ipi_spec_dst);
        append(message, IPPROTO_IP, IP_PKTINFO, &v4, sizeof v4);
    } else if (family == AF_INET6) {
        struct in6_pktinfo v6 = {.ipi6_ifindex = local->scope};

        memcpy(&v6.ipi6_addr, local->ip, sizeof local->ip);
        append(message, IPPROTO_IPV6, IPV6_PKTINFO, &v6, sizeof v6);
    }
}

void packet_segment_write(struct msghdr *message, uint16_t segment)
{
    append(message, IPPROTO_UDP, UDP_SEGMENT, &segment, sizeof segment);
}
