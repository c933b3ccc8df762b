// SPDX-License-Identifier: AGPL-3.0-or-later
// load/floor/endpoint.h - one IPv4 UDP socket: batches in, runs out.
#ifndef TESTS_LOAD_FLOOR_ENDPOINT_H
#define TESTS_LOAD_FLOOR_ENDPOINT_H

#include "base/bytes.h"
#include "load/floor/layout.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/uio.h>

#define ENDPOINT_BATCH 64

// Datagrams of one recvmmsg.
struct arrivals {
    size_t count;
    struct mmsghdr message[ENDPOINT_BATCH];
    struct iovec part[ENDPOINT_BATCH];
    struct sockaddr_in from[ENDPOINT_BATCH];
    _Alignas(16) uint8_t bytes[ENDPOINT_BATCH][LAYOUT_MOST];
};

// A.B.C.D:PORT, the port 0 when there is none.
bool endpoint_read_address(struct sockaddr_in *address, const char *text);

// A socket bound to this address with large buffers, or -1 with errno.
int endpoint_open(const struct sockaddr_in *address);

// What is there, at most ENDPOINT_BATCH. False: nothing.
bool endpoint_receive(int s, struct arrivals *in);

// Contiguous segments of `segment` bytes, the last may be shorter, in one send. The count of calls that the
// kernel refused for want of room goes to *refused; false: for any other reason, in errno.
bool endpoint_send_run(int s, const struct sockaddr_in *to, struct bytes run, size_t segment,
                       uint64_t *refused);

// One datagram to each of many, in few calls.
struct letters {
    size_t count;
    struct mmsghdr message[ENDPOINT_BATCH];
    struct iovec part[ENDPOINT_BATCH];
};

void letters_add(struct letters *letters, const struct sockaddr_in *to, struct bytes datagram);
bool letters_send(struct letters *letters, int s, uint64_t *refused);

#endif
