// SPDX-License-Identifier: AGPL-3.0-or-later
// host/gateway.h - the whole program as one thing: made, started, stopped in order.
#ifndef GATEWAY_HOST_GATEWAY_H
#define GATEWAY_HOST_GATEWAY_H

#include "practice/call.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GATEWAY_WHY_SIZE 1600
#define GATEWAY_LINK_SIZE 400

struct config;
struct desk;
struct gateway;

// Opens everything: data folder, certificate, pages, database, ports. Returns 0, or an exit status of
// sysexits(3) with a plain sentence in `why`. `suffix` is appended to the default data folder.
int gateway_create(struct gateway **made, const struct config *config, const char *version,
                   const char *suffix, char why[static GATEWAY_WHY_SIZE]);
void gateway_destroy(struct gateway *g);

// Until gateway_start, calls can be made without a page (host/desk.h).
struct desk *gateway_desk(struct gateway *g);

// There is no doctor yet: lets the first one be made by the link with this path, "/welcome#TOKEN".
// False when there is one.
bool gateway_offer_setup(struct gateway *g, char path[static 64]);

// The password of the demo's doctor: the one given, else the one kept in the data folder, made on
// first use. False when it cannot be kept.
bool gateway_demo_password(const struct gateway *g, const char *given,
                           char password[static PASSWORD_SIZE]);

// A small private file in the data folder, whole: written, and read when it has just this size.
bool gateway_keep(const struct gateway *g, const char *name, const void *bytes, size_t len);
bool gateway_kept(const struct gateway *g, const char *name, void *bytes, size_t len);

// "https://host:port" as people would type it; false when there is no such index.
bool gateway_address(const struct gateway *g, size_t index, char address[static GATEWAY_LINK_SIZE]);

// How many media threads there are, and the ports of the first and the last.
unsigned gateway_media(const struct gateway *g, uint16_t *first, uint16_t *last);
const char *gateway_folder(const struct gateway *g);

// 0, or an exit status with a sentence.
int gateway_start(struct gateway *g, char why[static GATEWAY_WHY_SIZE]);

// Ends all threads in order: pages are told first, what they asked for is written last.
void gateway_stop(struct gateway *g);

#endif
