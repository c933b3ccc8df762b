// SPDX-License-Identifier: AGPL-3.0-or-later
// load/floor/endpoint.c - one IPv4 UDP socket: batches in, runs out.
#include "load/floor/endpoint.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/udp.h>
#include <stdlib.h>
#include <unistd.h>

#define BUFFER_SIZE (8 * 1024 * 1024)

bool endpoint_read_address(struct sockaddr_in *address, const char *text)
{
    char ip[INET_ADDRSTRLEN] = {0};
    const char *colon = strchr(text, ':');
    const size_t len = colon ? (size_t)(colon - text) : strlen(text);
    char *end = NULL;
    unsigned long port = 0;

    if (len >= sizeof ip)
        return false;
    memcpy(ip, text, len);
    if (colon) {
        port = strtoul(colon + 1, &end, 10);
        if (end == colon + 1 || *end || port > UINT16_MAX)
            return false;
    }
    *address = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    return inet_pton(AF_INET, ip, &address->sin_addr) == 1;
}

int endpoint_open(const struct sockaddr_in *address)
{
    const int size = BUFFER_SIZE;
    const int s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (s < 0)
        return -1;
    // Beyond the system's limit where that is granted, up to it elsewhere.
    if (setsockopt(s, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0)
        setsockopt(s, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    if (setsockopt(s, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size) < 0)
        setsockopt(s, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    if (bind(s, (const struct sockaddr *)address, sizeof *address) < 0) {
        const int code = errno;

        close(s);
        errno = code;
        return -1;
    }
    return s;
}

bool endpoint_receive(int s, struct arrivals *in)
{
    int got;

    for (size_t i = 0; i < ENDPOINT_BATCH; i++) {
        in->part[i] = (struct iovec){.iov_base = in->bytes[i], .iov_len = sizeof in->bytes[i]};
        in->message[i].msg_hdr = (struct msghdr){.msg_name = &in->from[i],
                                                 .msg_namelen = sizeof in->from[i],
                                                 .msg_iov = &in->part[i],
                                                 .msg_iovlen = 1};
    }
    got = recvmmsg(s, in->message, ENDPOINT_BATCH, MSG_DONTWAIT, NULL);
    in->count = got > 0 ? (size_t)got : 0;
    return in->count > 0;
}

static bool is_full(int code)
{
    return code == EAGAIN || code == EWOULDBLOCK || code == ENOBUFS;
}

bool endpoint_send_run(int s, const struct sockaddr_in *to, struct bytes run, size_t segment,
                       uint64_t *refused)
{
    const uint16_t size = (uint16_t)segment;
    _Alignas(struct cmsghdr) uint8_t control[CMSG_SPACE(sizeof size)] = {0};
    struct sockaddr_in name = *to;
    struct iovec part = {.iov_base = (void *)(uintptr_t)run.at, .iov_len = run.len};
    struct msghdr message = {
        .msg_name = &name, .msg_namelen = sizeof name, .msg_iov = &part, .msg_iovlen = 1};

    if (run.len > segment) {
        message.msg_control = control;
        message.msg_controllen = sizeof control;
        *CMSG_FIRSTHDR(&message) = (struct cmsghdr){
            .cmsg_level = SOL_UDP, .cmsg_type = UDP_SEGMENT, .cmsg_len = CMSG_LEN(sizeof size)};
        memcpy(CMSG_DATA(CMSG_FIRSTHDR(&message)), &size, sizeof size);
    }
    if (sendmsg(s, &message, MSG_DONTWAIT) >= 0)
        return true;
    *refused += is_full(errno);
    return is_full(errno);
}

void letters_add(struct letters *letters, const struct sockaddr_in *to, struct bytes datagram)
{
    const size_t at = letters->count++;

    letters->part[at] =
        (struct iovec){.iov_base = (void *)(uintptr_t)datagram.at, .iov_len = datagram.len};
    letters->message[at].msg_hdr = (struct msghdr){.msg_name = (void *)(uintptr_t)to,
                                                   .msg_namelen = sizeof *to,
                                                   .msg_iov = &letters->part[at],
                                                   .msg_iovlen = 1};
}

bool letters_send(struct letters *letters, int s, uint64_t *refused)
{
    size_t next = 0;

    while (next < letters->count) {
        const int sent =
            sendmmsg(s, letters->message + next, (unsigned)(letters->count - next), MSG_DONTWAIT);

        if (sent > 0) {
            next += (size_t)sent;
            continue;
        }
        if (!is_full(errno))
            return false;
        ++*refused;
        next++;
    }
    letters->count = 0;
    return true;
}
