// SPDX-License-Identifier: AGPL-3.0-or-later
// load/frame.h - WebSocket frames (RFC 6455, section 5.2), from a client's side.
#ifndef TESTS_LOAD_FRAME_H
#define TESTS_LOAD_FRAME_H

#include "base/bytes.h"
#include "load/queue.h"

#include <stdbool.h>

enum frame_kind {
    FRAME_MORE = 0,
    FRAME_TEXT = 1,
    FRAME_BINARY = 2,
    FRAME_CLOSE = 8,
    FRAME_PING = 9,
    FRAME_PONG = 10
};

// Masked with `mask`. False for lack of memory.
bool frame_write(struct queue *to, enum frame_kind kind, struct bytes payload, uint32_t mask);

struct frame {
    enum frame_kind kind;
    bool last;            // of its message
    struct bytes payload; // inside what was read
    size_t taken;         // bytes of it all
};

enum frame_found { FRAME_NONE_YET, FRAME_FOUND, FRAME_BROKEN };

// The first frame of what a server sent. Broken: masked, with reserved bits, or a payload above 16 MiB.
enum frame_found frame_read(struct frame *frame, struct bytes from);

#endif
