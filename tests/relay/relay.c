// SPDX-License-Identifier: AGPL-3.0-or-later
// relay/relay.c - datagrams between clients and one gateway, over two bad lines that all clients share.
#include "relay/relay.h"

#include "base/mem.h"

#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define SOCKET_BUFFER (8 * 1024 * 1024)
#define MOST_AT_ONCE 64 // then those on their way have their turn

static int open_socket(const struct relay *relay, uint32_t which)
{
    const struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr = relay->listen};
    const int size = SOCKET_BUFFER;
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = which};
    const int s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (s < 0)
        return -1;
    // Beyond what the kernel grants everybody where we may; else as much as it grants.
    if (setsockopt(s, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0)
        setsockopt(s, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    if (setsockopt(s, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size) < 0)
        setsockopt(s, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    if (bind(s, (const struct sockaddr *)&name, sizeof name) < 0 ||
        epoll_ctl(relay->epoll, EPOLL_CTL_ADD, s, &event) < 0) {
        close(s);
        return -1;
    }
    return s;
}

bool relay_open(struct relay *relay, int epoll, struct in_addr listen, struct sockaddr_in to,
                uint64_t seed)
{
    *relay = (struct relay){.listen = listen, .epoll = epoll, .to = to};
    for (int way = 0; way < WAYS; way++)
        line_init(&relay->lines[way], 2 * seed + (uint64_t)way);
    relay->socket = open_socket(relay, RELAY_CLIENTS);
    return relay->socket >= 0;
}

void relay_close(struct relay *relay)
{
    for (size_t i = 0; i < relay->count; i++)
        close(relay->clients[i].socket);
    if (relay->socket >= 0)
        close(relay->socket);
    flight_fini(&relay->flight);
}

uint16_t relay_port(const struct relay *relay)
{
    struct sockaddr_in name = {0};
    socklen_t len = sizeof name;

    if (getsockname(relay->socket, (struct sockaddr *)&name, &len) < 0)
        return 0;
    return ntohs(name.sin_port);
}

// Its number, or RELAY_CLIENTS when there is no room for one more.
static uint32_t find_client(struct relay *relay, const struct sockaddr_in *from)
{
    struct client *made;

    for (uint32_t i = 0; i < relay->count; i++)
        if (relay->clients[i].address.sin_port == from->sin_port &&
            relay->clients[i].address.sin_addr.s_addr == from->sin_addr.s_addr)
            return i;
    if (relay->count == RELAY_CLIENTS)
        return RELAY_CLIENTS;
    made = &relay->clients[relay->count];
    made->address = *from;
    made->socket = open_socket(relay, (uint32_t)relay->count);
    return made->socket < 0 ? RELAY_CLIENTS : (uint32_t)relay->count++;
}

static void enter(struct relay *relay, usec now, enum way way, uint32_t client,
                  const uint8_t *bytes, size_t len)
{
    const uint32_t where = client * WAYS + way;
    usec due;
    usec again;

    if (relay->black) {
        relay->darkened++;
        return;
    }
    if (!line_enter(&relay->lines[way], now, len, &due, &again))
        return;
    if (!flight_put(&relay->flight, due, where, bytes, len) ||
        (again != USEC_NEVER && !flight_put(&relay->flight, again, where, bytes, len)))
        relay->refused++;
}

void relay_receive(struct relay *relay, usec now, uint32_t which)
{
    const bool from_client = which == RELAY_CLIENTS;
    const int s = from_client ? relay->socket : relay->clients[which].socket;
    uint8_t bytes[FLIGHT_DATAGRAM];

    for (int i = 0; i < MOST_AT_ONCE; i++) {
        struct sockaddr_in from = {0};
        socklen_t from_len = sizeof from;
        const ssize_t len =
            recvfrom(s, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &from_len);
        const uint32_t client = from_client && len >= 0 ? find_client(relay, &from) : which;

        if (len < 0)
            return;
        if (client != RELAY_CLIENTS)
            enter(relay, now, from_client ? WAY_UP : WAY_DOWN, client, bytes, (size_t)len);
    }
}

void relay_send(struct relay *relay, usec now)
{
    struct flown *flown;

    while ((flown = flight_take(&relay->flight, now))) {
        const struct client *const client = &relay->clients[flown->where / WAYS];
        const bool up = flown->where % WAYS == WAY_UP;
        const struct sockaddr_in *const to = up ? &relay->to : &client->address;

        if (sendto(up ? client->socket : relay->socket, flown->bytes, flown->len, 0,
                   (const struct sockaddr *)to, sizeof *to) < 0)
            relay->refused++;
        mem_free(flown);
    }
}
