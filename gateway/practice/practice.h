// SPDX-License-Identifier: AGPL-3.0-or-later
// practice/practice.h - accounts, meetups, invites and what comes after, asked for by HTTP calls.
#ifndef GATEWAY_PRACTICE_PRACTICE_H
#define GATEWAY_PRACTICE_PRACTICE_H

#include "base/err.h"
#include "base/usec.h"
#include "practice/call.h"

#include <stdbool.h>
#include <stdint.h>

struct directory;
struct practice;
struct practice_effects;
struct result;

#define PRACTICE_KEY_SIZE 32

// `key` tags device cookies; it is kept in the data folder (host/). Sessions and the set-up state
// are loaded by the host with QUERY_START before the first call.
enum err practice_create(struct practice **made, const uint8_t key[static PRACTICE_KEY_SIZE])
    MUST_CHECK;
void practice_destroy(struct practice *p);

// The one-time token of the link that creates the first doctor (hashed at once); NULL: none needed.
void practice_offer_setup(struct practice *p, const char *token);

// A call has arrived, with fresh randomness drawn by the host. Its reply is among the effects now or
// after a later practice_result with the same call id. Rates are limited per address and account.
void practice_receive(struct practice *p, usec now, int64_t wall, const struct call *call,
                      struct practice_effects *out);

// The store or the password pool has answered.
void practice_result(struct practice *p, usec now, int64_t wall, const struct result *result,
                     struct practice_effects *out);

// The HTTP request of this call is gone: forget it.
void practice_forget(struct practice *p, uint64_t call);

// Whose cookies are these? Texts may be NULL. Fills identity; false when neither cookie is valid.
// Pure look-up: used by every upgrade of a WebSocket.
struct identity;
bool practice_identify(const struct practice *p, int64_t wall, const char *doctor_cookie,
                       const char *device_cookie, struct identity *identity);

#endif
