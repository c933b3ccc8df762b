// SPDX-License-Identifier: AGPL-3.0-or-later
// relay/place.h - where a socket is, from text.
#ifndef TESTS_RELAY_PLACE_H
#define TESTS_RELAY_PLACE_H

#include <netinet/in.h>
#include <stdbool.h>

// "10.77.0.1:8443"; the place is left alone when it is not so.
bool place_read(struct sockaddr_in *place, const char *text);

#endif
