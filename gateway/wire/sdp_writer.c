// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/sdp_writer.c - SDP text, line by line.
#include "wire/sdp_writer.h"

#include "base/mem.h"
#include "wire/sdp.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define FIRST_SIZE 4096

void sdp_writer_fini(struct sdp_writer *writer)
{
    mem_free(writer->text);
    *writer = (struct sdp_writer){0};
}

// Room for `len` more bytes and a NUL.
static bool reserve(struct sdp_writer *writer, size_t len)
{
    const size_t wanted = writer->len + len + 1;
    size_t size = writer->size ? writer->size : FIRST_SIZE;

    if (writer->failed || wanted > SDP_MAX_LEN)
        return false;
    while (size < wanted)
        size *= 2;
    if (size == writer->size)
        return true;
    char *text = mem_resize(writer->text, size);
    if (!text)
        return false;
    writer->text = text;
    writer->size = size;
    return true;
}

// Appends one formatted piece. A line feed in it would forge a line.
__attribute__((format(printf, 2, 0))) static void append(struct sdp_writer *writer,
                                                         const char *format, va_list args)
{
    va_list again;

    va_copy(again, args);
    const int len = vsnprintf(NULL, 0, format, args);
    if (len < 0 || !reserve(writer, (size_t)len)) {
        writer->failed = true;
    } else {
        char *at = writer->text + writer->len;
        (void)vsnprintf(at, (size_t)len + 1, format, again);
        writer->failed = strpbrk(at, "\r\n") || strlen(at) != (size_t)len;
        writer->len += (size_t)len;
    }
    va_end(again);
}

static void end_line(struct sdp_writer *writer)
{
    if (!reserve(writer, 2)) {
        writer->failed = true;
        return;
    }
    memcpy(writer->text + writer->len, "\r\n", 3);
    writer->len += 2;
}

void sdp_line(struct sdp_writer *writer, char type, const char *format, ...)
{
    va_list args;

    if (!reserve(writer, 2)) {
        writer->failed = true;
        return;
    }
    writer->text[writer->len++] = type;
    writer->text[writer->len++] = '=';
    va_start(args, format);
    append(writer, format, args);
    va_end(args);
    end_line(writer);
}

void sdp_extend(struct sdp_writer *writer, const char *format, ...)
{
    va_list args;

    if (writer->failed || writer->len < 2) {
        writer->failed = true;
        return;
    }
    writer->len -= 2;
    va_start(args, format);
    append(writer, format, args);
    va_end(args);
    end_line(writer);
}

char *sdp_writer_take(struct sdp_writer *writer)
{
    char *text = writer->failed ? NULL : writer->text;

    if (text)
        *writer = (struct sdp_writer){0};
    sdp_writer_fini(writer);
    return text;
}
