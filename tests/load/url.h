// SPDX-License-Identifier: AGPL-3.0-or-later
// load/url.h - where a server is, as people write it.
#ifndef TESTS_LOAD_URL_H
#define TESTS_LOAD_URL_H

#include "base/address.h"

#include <stdbool.h>
#include <stdint.h>

#define URL_SIZE 300

struct url {
    bool secure;
    char host
        [URL_SIZE]; // as browsers write it: name[:port], without the port that goes without saying
    char name[URL_SIZE]; // without port and brackets
    uint16_t port;
};

// "https://NAME[:PORT][/]" or "ws://NAME[:PORT][/]".
bool url_read(struct url *url, const char *text);

// Asks the system's names; the first address it says.
bool url_find(const struct url *url, struct address *address);

#endif
