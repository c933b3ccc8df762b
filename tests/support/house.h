// SPDX-License-Identifier: AGPL-3.0-or-later
// support/house.h - real media threads on loopback, and scripted browsers with a socket each.
#ifndef TESTS_SUPPORT_HOUSE_H
#define TESTS_SUPPORT_HOUSE_H

#include "host/media.h"
#include "sfu/event.h"
#include "support/guest.h"
#include "support/room.h"

#define HOUSE_GUESTS 8

struct housed {
    struct guest guest;
    int socket;
    uint64_t router;
};

struct house {
    struct certificate *certificate;
    struct mailbox *events;
    struct media *media;
    struct outbox *out; // of all guests, in turn
    struct housed guests[HOUSE_GUESTS];
    size_t count;
    uint32_t speaker_told; // times
};

// Runs the media threads of these options, whose certificate and events are the house's.
struct house *house_open(struct media_options options);
void house_close(struct house *h);

void house_open_router(struct house *h, uint64_t router);

// Enter and admit. Its number in the meetup is its place plus one. Returns the place.
size_t house_join(struct house *h, uint64_t router, const struct room_options *options);
void house_leave(struct house *h, size_t guest);

// As one browser says what it wants to see.
void house_want(struct house *h, size_t guest, const struct sfu_want *wants, size_t count);

// Moves datagrams, events and time until `is_done` says so; false when it did not within 60 s.
bool house_run(struct house *h, bool (*is_done)(struct house *h));

// How much of a source a guest was shown, in all its slots.
uint32_t house_shown(const struct house *h, size_t guest, size_t of, enum source_kind kind);

#endif
