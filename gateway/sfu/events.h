// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/events.h - what a worker has to tell its owner, in order.
#ifndef GATEWAY_SFU_EVENTS_H
#define GATEWAY_SFU_EVENTS_H

#include "base/err.h"
#include "sfu/event.h"

#include <stdbool.h>
#include <stddef.h>

struct events {
    // owned
    struct sfu_event *ring;
    // state
    size_t size; // a power of two
    size_t head;
    size_t count;
};

enum err events_init(struct events *events) MUST_CHECK;
void events_fini(struct events *events);

// Whether the next event is kept: what is remembered as told must be. The ring grows when the owner does not
// take, up to its bound.
bool events_have_room(struct events *events);

// Appends a copy; false when there was no room, and the event is lost.
bool events_put(struct events *events, const struct sfu_event *event);
bool events_take(struct events *events, struct sfu_event *event);

#endif
