// SPDX-License-Identifier: AGPL-3.0-or-later
// host/mailbox.h - values of one size from many threads to one, bounded; the only mutex.
#ifndef GATEWAY_HOST_MAILBOX_H
#define GATEWAY_HOST_MAILBOX_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct mailbox;

// Room for `capacity` values of `size` bytes each. Nothing is allocated afterwards.
enum err mailbox_create(struct mailbox **made, size_t size, size_t capacity) MUST_CHECK;

// Values still inside are forgotten: take out first what owns something.
void mailbox_destroy(struct mailbox *m);

// From any thread: copies the value in and wakes the reader. False when full or closed: the value is
// then still the caller's. Never waits.
bool mailbox_put(struct mailbox *m, const void *value) MUST_CHECK;

// The reader: copies the oldest value out; false when there is none.
bool mailbox_take(struct mailbox *m, void *value);

// The reader, of a mailbox without another loop: sleeps until there is a value. False when the
// mailbox is closed and empty.
bool mailbox_wait(struct mailbox *m, void *value);

// Nothing more comes in; what is inside can still be taken. Wakes the readers.
void mailbox_close(struct mailbox *m);

bool mailbox_has_room(struct mailbox *m);
size_t mailbox_count(struct mailbox *m);

// Readable while something was put since mailbox_hear; for the reader's own loop.
int mailbox_descriptor(const struct mailbox *m);

// The reader's loop was woken: to be called before taking.
void mailbox_hear(struct mailbox *m);

#endif
