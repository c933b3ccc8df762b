// SPDX-License-Identifier: AGPL-3.0-or-later
// host/metrics_port.h - where the page of figures can be read: a socket in the data folder, and on request a loopback port.
#ifndef GATEWAY_HOST_METRICS_PORT_H
#define GATEWAY_HOST_METRICS_PORT_H

#include "base/err.h"

#include <stddef.h>

#define METRICS_WHY_SIZE 400

struct ev_loop;
struct metrics_port;

// Writes the page, NUL-terminated, and returns its length.
typedef size_t metrics_page(void *owner, char *to, size_t size);

struct metrics_settings {
    struct ev_loop *loop; // borrowed: everything happens on it
    const char *path;     // of the socket that is made; what stands there is replaced
    const char *address;  // "127.0.0.1:9464", "[::1]:9464"; empty: none
    metrics_page *page;
    void *owner;
};

// Whoever may read the data folder may read the socket; the port is for this machine only, since it asks nobody who
// he is. On an error `why` is a plain sentence: ERR_INVALID: the address is not one of this machine alone;
// ERR_CONFLICT, ERR_IO: it cannot be listened on. A path that cannot be a socket's is left out.
enum err metrics_port_create(struct metrics_port **made, const struct metrics_settings *settings,
                             char why[static METRICS_WHY_SIZE]) MUST_CHECK;
void metrics_port_destroy(struct metrics_port *p);

#endif
