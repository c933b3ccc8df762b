// SPDX-License-Identifier: AGPL-3.0-or-later
// host/port.c - can the web server have its port and its descriptors?
#include "host/port.h"

#include "host/config.h"
#include "host/udp_address.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

// libwebsockets tells a busy port and a forbidden one in the same way, so it is tried before.
enum err port_try(const struct config *config, bool *has_v6, char why[static PORT_WHY_SIZE])
{
    const int on = 1, off = 0;
    struct address address = {.port = config->server_port};
    struct sockaddr_storage name = {0};
    socklen_t len;
    int code = 0;
    int s = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

    *has_v6 = s >= 0;
    if (!*has_v6)
        s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (config->server_address[0] && !address_from_text(&address, config->server_address)) {
        close(s);
        snprintf(why, PORT_WHY_SIZE, "server.address is no IP address: %.100s.",
                 config->server_address);
        return ERR_INVALID;
    }
    address.port = config->server_port;
    if (!*has_v6 && !config->server_address[0])
        address = address_v4(0, 0, 0, 0, config->server_port);
    len = address_to_kernel(&name, &address, *has_v6 ? AF_INET6 : AF_INET);
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (*has_v6)
        setsockopt(s, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (s < 0 || bind(s, (struct sockaddr *)&name, len) < 0 || listen(s, 1) < 0)
        code = errno;
    if (s >= 0)
        close(s);
    if (!code)
        return ERR_OK;
    if (code == EADDRINUSE) {
        snprintf(why, PORT_WHY_SIZE,
                 "TCP port %u is in use by another program; stop it or set server.port.",
                 config->server_port);
        return ERR_CONFLICT;
    }
    snprintf(why, PORT_WHY_SIZE, "TCP port %u cannot be used: %s.", config->server_port,
             strerror(code));
    return code == EACCES ? ERR_DENIED : ERR_IO;
}

uint32_t port_fit_connections(uint32_t wanted)
{
    struct rlimit limit;
    rlim_t need = wanted + PORT_DESCRIPTORS_ASIDE;

    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return wanted;
    if (limit.rlim_cur < need) {
        limit.rlim_cur = limit.rlim_max < need ? limit.rlim_max : need;
        setrlimit(RLIMIT_NOFILE, &limit);
        getrlimit(RLIMIT_NOFILE, &limit);
    }
    if (limit.rlim_cur >= need)
        return wanted;
    return limit.rlim_cur > PORT_DESCRIPTORS_ASIDE
               ? (uint32_t)limit.rlim_cur - PORT_DESCRIPTORS_ASIDE
               : 0;
}
