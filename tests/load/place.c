// SPDX-License-Identifier: AGPL-3.0-or-later
// load/place.c - an agent's socket, its deadline, and a heap of those.
#include "load/place.h"

#include "base/mem.h"
#include "host/udp_address.h"

#include <errno.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>
#include <unistd.h>

#define RECEIVE_BUFFER (1024 * 1024)

#ifndef SO_MEMINFO
#define SO_MEMINFO 55
#endif

static void set_buffers(int s, int size)
{
    const int on = 1;

    if (setsockopt(s, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0)
        setsockopt(s, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    setsockopt(s, SOL_UDP, UDP_GRO, &on, sizeof on); // older kernels: one by one
}

static bool attach(int s, int family, const struct loop_settings *settings, uint16_t port,
                   const struct address *remote)
{
    struct sockaddr_storage name = {0};
    struct address from = settings->local;
    socklen_t len;

    from.port = port;
    if (family == AF_INET && !address_is_v4(&from))
        from = address_v4(0, 0, 0, 0, port);
    len = address_to_kernel(&name, &from, family);
    if (bind(s, (struct sockaddr *)&name, len) < 0)
        return false;
    name = (struct sockaddr_storage){0};
    len = address_to_kernel(&name, remote, family);
    return connect(s, (struct sockaddr *)&name, len) == 0;
}

enum err place_open(int *made, const struct loop_settings *settings, uint16_t port,
                    const struct address *remote, bool timed, struct address *local)
{
    const int family = address_is_v4(remote) ? AF_INET : AF_INET6;
    const int on = 1;
    struct sockaddr_storage name = {0};
    socklen_t len = sizeof name;
    const int s = socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (s < 0)
        return errno == EMFILE || errno == ENFILE ? ERR_LIMIT : ERR_IO;
    set_buffers(s, settings->receive_buffer ? settings->receive_buffer : RECEIVE_BUFFER);
    if (timed)
        setsockopt(s, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
    if (!attach(s, family, settings, port, remote) ||
        getsockname(s, (struct sockaddr *)&name, &len) < 0 ||
        !address_from_kernel(local, (struct sockaddr *)&name)) {
        close(s);
        return ERR_IO;
    }
    *made = s;
    return ERR_OK;
}

uint64_t place_drops(int socket)
{
    uint32_t info[SK_MEMINFO_VARS] = {0};
    socklen_t len = sizeof info;

    return getsockopt(socket, SOL_SOCKET, SO_MEMINFO, info, &len) == 0 ? info[SK_MEMINFO_DROPS] : 0;
}

// --- heap ----------------------------------------------------------------------------------------

static void put(struct heap *h, size_t at, struct place *place)
{
    h->places[at] = place;
    place->heap_at = at;
}

static void rise(struct heap *h, size_t at)
{
    struct place *place = h->places[at];

    for (; at > 0 && h->places[(at - 1) / 2]->deadline > place->deadline; at = (at - 1) / 2)
        put(h, at, h->places[(at - 1) / 2]);
    put(h, at, place);
}

static void sink(struct heap *h, size_t at)
{
    struct place *place = h->places[at];

    for (size_t below; (below = 2 * at + 1) < h->count; at = below) {
        if (below + 1 < h->count && h->places[below + 1]->deadline < h->places[below]->deadline)
            below++;
        if (h->places[below]->deadline >= place->deadline)
            break;
        put(h, at, h->places[below]);
    }
    put(h, at, place);
}

enum err heap_add(struct heap *h, struct place *place)
{
    if (h->count == h->size) {
        const size_t size = 2 * h->size + 64;
        struct place **more = mem_resize(h->places, size * sizeof *more);
        if (!more)
            return ERR_NO_MEMORY;
        h->places = more;
        h->size = size;
    }
    put(h, h->count++, place);
    rise(h, place->heap_at);
    return ERR_OK;
}

void heap_remove(struct heap *h, struct place *place)
{
    const size_t at = place->heap_at;
    struct place *last = h->places[--h->count];

    if (last == place)
        return;
    put(h, at, last);
    rise(h, at);
    sink(h, last->heap_at);
}

void heap_move(struct heap *h, struct place *place, usec deadline)
{
    const bool sooner = deadline < place->deadline;

    if (deadline == place->deadline)
        return;
    place->deadline = deadline;
    if (sooner)
        rise(h, place->heap_at);
    else
        sink(h, place->heap_at);
}
