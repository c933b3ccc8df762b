// SPDX-License-Identifier: AGPL-3.0-or-later
// host/calls.h - HTTP calls under /api/ on their way through the practice.
#ifndef GATEWAY_HOST_CALLS_H
#define GATEWAY_HOST_CALLS_H

#include "practice/call.h"

#include <stdbool.h>
#include <stdint.h>

#define DOCTOR_COOKIE "__Host-doctor"
#define DEVICE_COOKIE "__Host-device"

struct http_call;
struct meetup_thread;

// Takes a call in; http_answer follows, perhaps before this returns. The number it waits under.
uint64_t calls_receive(struct meetup_thread *m, const struct http_call *call,
                       const struct address *from);

// The connection of a waiting call is gone.
void calls_gone(struct meetup_thread *m, uint64_t call);

// The practice answers one; it may be gone meanwhile.
void calls_answer(struct meetup_thread *m, const struct reply *reply);

// Whose cookies are these? Either may be NULL. False: nobody's.
bool calls_identify(struct meetup_thread *m, const char *doctor_cookie, const char *device_cookie,
                    struct identity *identity);

#endif
