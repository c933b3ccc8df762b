// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/sdp_writer.h - SDP text, line by line.
#ifndef GATEWAY_WIRE_SDP_WRITER_H
#define GATEWAY_WIRE_SDP_WRITER_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stddef.h>

// For "%.*s".
#define SDP_TEXT(bytes) (int)(bytes).len, (const char *)(bytes).at

// Grows as needed, up to SDP_MAX_LEN. Zero-initialised is a valid empty writer.
struct sdp_writer {
    // owned
    char *text; // NUL-terminated once there is a line
    // state
    size_t len;
    size_t size;
    bool failed; // out of memory, too long, or a line that would have become two
};

void sdp_writer_fini(struct sdp_writer *writer);

// Appends "type=..." and CR LF: sdp_line(&w, 'a', "mid:%.*s", SDP_TEXT(mid)).
void sdp_line(struct sdp_writer *writer, char type, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// Appends a piece to the end of the line written last, as in a list of payload types.
void sdp_extend(struct sdp_writer *writer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

// The text, now the caller's (mem_free), NUL-terminated; the writer is empty again. NULL when it
// failed or has no line.
char *sdp_writer_take(struct sdp_writer *writer);

#endif
