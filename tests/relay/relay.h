// SPDX-License-Identifier: AGPL-3.0-or-later
// relay/relay.h - datagrams between clients and one gateway, over two bad lines that all clients share.
#ifndef TESTS_RELAY_RELAY_H
#define TESTS_RELAY_RELAY_H

#include "base/usec.h"
#include "support/flight.h"
#include "support/line.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RELAY_CLIENTS 256

enum way { WAY_UP, WAY_DOWN, WAYS };

// An address that has sent us something, and the socket with which the gateway sees it.
struct client {
    struct sockaddr_in address;
    int socket;
};

struct relay {
    // given
    struct in_addr listen;
    // owned
    int epoll; // tells of sockets by client number, of the clients' socket by RELAY_CLIENTS
    int socket;
    struct client clients[RELAY_CLIENTS];
    size_t count;
    struct flight flight;
    // state
    struct sockaddr_in to;
    struct line lines[WAYS];
    bool black;        // nothing passes
    uint64_t darkened; // what did not, for that
    uint64_t refused;  // what the kernel did not send
};

// False with errno set.
bool relay_open(struct relay *relay, int epoll, struct in_addr listen, struct sockaddr_in to,
                uint64_t seed);
void relay_close(struct relay *relay);
uint16_t relay_port(const struct relay *relay);

// Takes what has come on the socket that epoll told of.
void relay_receive(struct relay *relay, usec now, uint32_t which);
// Sends what is due.
void relay_send(struct relay *relay, usec now);

// One line of words from whoever runs this; `reply` is one line of JSON.
void relay_order(struct relay *relay, const char *words, char *reply, size_t size);

#endif
