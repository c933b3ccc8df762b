// SPDX-License-Identifier: AGPL-3.0-or-later
// host/port.h - can the web server have its port and its descriptors?
#ifndef GATEWAY_HOST_PORT_H
#define GATEWAY_HOST_PORT_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

#define PORT_WHY_SIZE 400
#define PORT_DESCRIPTORS_ASIDE 64 // beside connections: database, sockets, pipes
#define PORT_CONNECTIONS_LEAST 16

struct config;

// Binds and lets go again. ERR_CONFLICT: the port is in use; ERR_DENIED: it may not be used; `why` is
// a plain sentence that names it. `has_v6`: this machine has IPv6.
enum err port_try(const struct config *config, bool *has_v6, char why[static PORT_WHY_SIZE])
    MUST_CHECK;

// Raises the limit of open descriptors as far as needed and allowed; returns how many connections it
// leaves room for, at most `wanted`. Below PORT_CONNECTIONS_LEAST there is no point in starting.
uint32_t port_fit_connections(uint32_t wanted);

#endif
