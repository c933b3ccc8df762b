// SPDX-License-Identifier: AGPL-3.0-or-later
// base/bytes.h - borrowed bytes, and a reader and a writer that cannot run over.
#ifndef GATEWAY_BASE_BYTES_H
#define GATEWAY_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Always borrowed: valid for the call that receives it, never stored.
struct bytes {
    const uint8_t *at;
    size_t len;
};

static inline struct bytes bytes_of(const void *at, size_t len)
{
    return (struct bytes){.at = at, .len = len};
}

// The bytes of a NUL-terminated string, without the NUL.
struct bytes bytes_of_string(const char *string);

bool bytes_equal(struct bytes a, struct bytes b);

// In time that depends on the length only; for secrets and authentication tags.
bool bytes_equal_secret(struct bytes a, struct bytes b);

// Reads big-endian numbers from front to back. Reading past the end yields zero (or no bytes)
// and clears `ok` for good, so a parser reads straight on and asks once.
struct reader {
    const uint8_t *at;
    const uint8_t *end;
    bool ok;
};

static inline struct reader reader_over(struct bytes bytes)
{
    return (struct reader){
        .at = bytes.at, .end = bytes.at ? bytes.at + bytes.len : bytes.at, .ok = true};
}

static inline size_t reader_left(const struct reader *in)
{
    return (size_t)(in->end - in->at);
}

uint8_t read_u8(struct reader *in);
uint16_t read_u16(struct reader *in);
uint32_t read_u24(struct reader *in);
uint32_t read_u32(struct reader *in);
uint64_t read_u64(struct reader *in);
struct bytes read_bytes(struct reader *in, size_t len);
struct bytes read_rest(struct reader *in);

// Writes big-endian numbers into memory the caller owns. Writing past the end writes nothing more
// and clears `ok` for good.
struct writer {
    uint8_t *start;
    uint8_t *at;
    uint8_t *end;
    bool ok;
};

static inline struct writer writer_over(void *at, size_t size)
{
    return (struct writer){.start = at, .at = at, .end = (uint8_t *)at + size, .ok = true};
}

static inline size_t writer_len(const struct writer *out)
{
    return (size_t)(out->at - out->start);
}

void write_u8(struct writer *out, uint8_t value);
void write_u16(struct writer *out, uint16_t value);
void write_u24(struct writer *out, uint32_t value);
void write_u32(struct writer *out, uint32_t value);
void write_u64(struct writer *out, uint64_t value);
void write_bytes(struct writer *out, struct bytes bytes);
void write_zeros(struct writer *out, size_t len);

// Formats text at the end. No NUL is written.
void write_text(struct writer *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
