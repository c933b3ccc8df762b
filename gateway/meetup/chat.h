// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/chat.h - what was written in a meetup, kept in memory while it is live.
#ifndef GATEWAY_MEETUP_CHAT_H
#define GATEWAY_MEETUP_CHAT_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/list.h"
#include "meetup/request.h"

#include <stddef.h>
#include <stdint.h>

// What is kept is told to everybody who comes in, so all of it must fit the queue of one WebSocket
// (1 MiB, escaped). The oldest goes first.
#define CHAT_KEPT 500                        // messages
#define CHAT_KEPT_BYTES ((size_t)256 * 1024) // of text

struct chat_line {
    struct list link;
    uint64_t number; // in the order of writing, from 1
    uint32_t from;
    const void *seat; // of the writer, for comparing only
    char room_name[NAME_SIZE];
    enum chat_to to;
    int64_t at_ms;
    size_t len;
    char text[];
};

struct chat {
    // owned
    struct list lines; // oldest first
    // state
    size_t count;
    size_t bytes;  // of text
    uint64_t next; // number of the next line
};

void chat_init(struct chat *chat);
void chat_fini(struct chat *chat);

// Copies the text; number and link of `line` are set here. NULL for lack of memory.
const struct chat_line *chat_add(struct chat *chat, const struct chat_line *line,
                                 struct bytes text);

#endif
