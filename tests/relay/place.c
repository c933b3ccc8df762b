// SPDX-License-Identifier: AGPL-3.0-or-later
// relay/place.c - where a socket is, from text.
#include "relay/place.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

bool place_read(struct sockaddr_in *place, const char *text)
{
    const size_t len = strcspn(text, ":");
    char ip[INET_ADDRSTRLEN] = "";
    struct in_addr address;
    char *end;
    unsigned long port;

    if (len >= sizeof ip || text[len] != ':')
        return false;
    memcpy(ip, text, len);
    port = strtoul(text + len + 1, &end, 10);
    if (inet_pton(AF_INET, ip, &address) != 1 || *end || port == 0 || port > UINT16_MAX)
        return false;
    *place = (struct sockaddr_in){
        .sin_family = AF_INET, .sin_addr = address, .sin_port = htons((uint16_t)port)};
    return true;
}
