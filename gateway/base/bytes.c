// SPDX-License-Identifier: AGPL-3.0-or-later
// base/bytes.c - borrowed bytes, and a reader and a writer that cannot run over.
#include "base/bytes.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct bytes bytes_of_string(const char *string)
{
    return bytes_of(string, strlen(string));
}

bool bytes_equal(struct bytes a, struct bytes b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

bool bytes_equal_secret(struct bytes a, struct bytes b)
{
    uint8_t difference = 0;

    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        difference |= (uint8_t)(a.at[i] ^ b.at[i]);
    return difference == 0;
}

struct bytes read_bytes(struct reader *in, size_t len)
{
    if (!in->ok || reader_left(in) < len) {
        in->ok = false;
        in->at = in->end;
        return (struct bytes){0};
    }
    const struct bytes taken = bytes_of(in->at, len);
    if (len > 0)
        in->at += len;
    return taken;
}

struct bytes read_rest(struct reader *in)
{
    return read_bytes(in, reader_left(in));
}

static uint64_t read_number(struct reader *in, size_t len)
{
    const struct bytes taken = read_bytes(in, len);
    uint64_t value = 0;

    for (size_t i = 0; i < taken.len; i++)
        value = value << 8 | taken.at[i];
    return value;
}

uint8_t read_u8(struct reader *in)
{
    return (uint8_t)read_number(in, 1);
}

uint16_t read_u16(struct reader *in)
{
    return (uint16_t)read_number(in, 2);
}

uint32_t read_u24(struct reader *in)
{
    return (uint32_t)read_number(in, 3);
}

uint32_t read_u32(struct reader *in)
{
    return (uint32_t)read_number(in, 4);
}

uint64_t read_u64(struct reader *in)
{
    return read_number(in, 8);
}

static uint8_t *room(struct writer *out, size_t len)
{
    if (!out->ok || (size_t)(out->end - out->at) < len) {
        out->ok = false;
        return NULL;
    }
    uint8_t *at = out->at;
    out->at += len;
    return at;
}

void write_bytes(struct writer *out, struct bytes bytes)
{
    uint8_t *at = room(out, bytes.len);

    if (at && bytes.len > 0)
        memcpy(at, bytes.at, bytes.len);
}

void write_zeros(struct writer *out, size_t len)
{
    uint8_t *at = room(out, len);

    if (at)
        memset(at, 0, len);
}

static void write_number(struct writer *out, uint64_t value, size_t len)
{
    uint8_t *at = room(out, len);

    if (!at)
        return;
    for (size_t i = 0; i < len; i++)
        at[i] = (uint8_t)(value >> 8 * (len - 1 - i));
}

void write_u8(struct writer *out, uint8_t value)
{
    write_number(out, value, 1);
}

void write_u16(struct writer *out, uint16_t value)
{
    write_number(out, value, 2);
}

void write_u24(struct writer *out, uint32_t value)
{
    write_number(out, value, 3);
}

void write_u32(struct writer *out, uint32_t value)
{
    write_number(out, value, 4);
}

void write_u64(struct writer *out, uint64_t value)
{
    write_number(out, value, 8);
}

void write_text(struct writer *out, const char *format, ...)
{
    const size_t left = (size_t)(out->end - out->at);
    va_list args;

    if (!out->ok)
        return;
    va_start(args, format);
    const int len = vsnprintf((char *)out->at, left, format, args);
    va_end(args);
    if (len < 0 || (size_t)len >= left) // vsnprintf needs room for a NUL we do not keep
        out->ok = false;
    else
        out->at += len;
}
