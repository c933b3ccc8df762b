// SPDX-License-Identifier: AGPL-3.0-or-later
// load/url.c - where a server is, as people write it.
#include "load/url.h"

#include "host/udp_address.h"

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PORT_HTTPS 443
#define PORT_JANUS 8188

static const char *after(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0 ? text + strlen(start) : NULL;
}

static bool read_port(uint16_t *port, const char *text)
{
    char *end;
    const unsigned long number = strtoul(text, &end, 10);

    *port = (uint16_t)number;
    return *text >= '0' && *text <= '9' && !*end && number > 0 && number <= UINT16_MAX;
}

bool url_read(struct url *url, const char *text)
{
    const char *name = after(text, "https://");
    char left[URL_SIZE];
    char *end;
    size_t len;

    *url = (struct url){.secure = name != NULL};
    if (!name)
        name = after(text, "ws://");
    if (!name || strlen(name) >= URL_SIZE)
        return false;
    snprintf(left, sizeof left, "%s", name);
    len = strlen(left);
    if (len && left[len - 1] == '/')
        left[--len] = '\0';
    snprintf(url->host, sizeof url->host, "%s", left);
    end = left[0] == '[' ? strchr(left, ']') : left + strcspn(left, ":");
    if (!end || !len || strchr(left, '/') || strchr(left, '@'))
        return false;
    if (*end == ']')
        *end++ = '\0';
    url->port = url->secure ? PORT_HTTPS : PORT_JANUS;
    if (*end && (*end != ':' || !read_port(&url->port, end + 1)))
        return false;
    *end = '\0';
    snprintf(url->name, sizeof url->name, "%s", left[0] == '[' ? left + 1 : left);
    return url->name[0] != '\0';
}

bool url_find(const struct url *url, struct address *address)
{
    const struct addrinfo wanted = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    bool good;

    if (getaddrinfo(url->name, NULL, &wanted, &found) != 0)
        return false;
    good = address_from_kernel(address, found->ai_addr);
    address->port = url->port;
    freeaddrinfo(found);
    return good;
}
