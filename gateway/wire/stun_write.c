// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/stun_write.c - STUN Binding messages written.
#include "wire/stun.h"

#include "wire/stun_attributes.h"

#define TYPE_REQUEST 0x0001
#define TYPE_SUCCESS 0x0101
#define TYPE_ERROR 0x0111

// The header always tells the length so far.
static void update_length(struct writer *out, size_t len)
{
    if (!out->ok)
        return;
    out->start[2] = (uint8_t)(len >> 8);
    out->start[3] = (uint8_t)len;
}

static void write_header(struct writer *out, uint16_t type, const uint8_t id[static STUN_ID_LEN])
{
    write_u16(out, type);
    write_u16(out, 0);
    write_u32(out, STUN_COOKIE);
    write_bytes(out, bytes_of(id, STUN_ID_LEN));
}

void stun_write_attribute(struct writer *out, uint16_t type, struct bytes value)
{
    write_u16(out, type);
    write_u16(out, (uint16_t)value.len);
    write_bytes(out, value);
    write_zeros(out, (4 - value.len % 4) % 4);
    if (value.len > STUN_MAX_LEN)
        out->ok = false;
    update_length(out, writer_len(out) - STUN_HEADER_LEN);
}

static void write_u32_attribute(struct writer *out, uint16_t type, uint32_t value)
{
    uint8_t bytes[4];
    struct writer in_it = writer_over(bytes, sizeof bytes);

    write_u32(&in_it, value);
    stun_write_attribute(out, type, bytes_of(bytes, sizeof bytes));
}

static void write_xor_mapped(struct writer *out, const struct address *mapped)
{
    uint8_t bytes[20];
    struct writer value = writer_over(bytes, sizeof bytes);
    const bool v4 = address_is_v4(mapped);
    const uint8_t *mask = out->start + 4; // the cookie, then the transaction id

    if (!out->ok)
        return;
    write_u8(&value, 0);
    write_u8(&value, v4 ? 1 : 2);
    write_u16(&value, mapped->port ^ (uint16_t)(STUN_COOKIE >> 16));
    for (size_t i = v4 ? 12 : 0; i < 16; i++)
        write_u8(&value, mapped->ip[i] ^ *mask++);
    stun_write_attribute(out, STUN_XOR_MAPPED_ADDRESS, bytes_of(bytes, writer_len(&value)));
}

void stun_write_success(struct writer *out, const uint8_t id[static STUN_ID_LEN],
                        const struct address *mapped)
{
    write_header(out, TYPE_SUCCESS, id);
    write_xor_mapped(out, mapped);
}

void stun_write_error(struct writer *out, const uint8_t id[static STUN_ID_LEN], uint16_t code,
                      const uint16_t *unknown, size_t count)
{
    uint8_t bytes[2 * STUN_MAX_UNKNOWN];
    struct writer list = writer_over(bytes, sizeof bytes);

    write_header(out, TYPE_ERROR, id);
    write_u32_attribute(out, STUN_ERROR_CODE, (uint32_t)(code / 100) << 8 | code % 100u);
    for (size_t i = 0; i < count && i < STUN_MAX_UNKNOWN; i++)
        write_u16(&list, unknown[i]);
    if (count > 0)
        stun_write_attribute(out, STUN_UNKNOWN_ATTRIBUTES, bytes_of(bytes, writer_len(&list)));
}

void stun_write_request(struct writer *out, const struct stun_request *request)
{
    uint8_t bytes[8];
    struct writer tie_breaker = writer_over(bytes, sizeof bytes);

    write_u64(&tie_breaker, request->tie_breaker);
    write_header(out, TYPE_REQUEST, request->id);
    stun_write_attribute(out, STUN_USERNAME, request->username);
    write_u32_attribute(out, STUN_PRIORITY, request->priority);
    stun_write_attribute(out, request->controlling ? STUN_ICE_CONTROLLING : STUN_ICE_CONTROLLED,
                         bytes_of(bytes, sizeof bytes));
    if (request->use_candidate)
        stun_write_attribute(out, STUN_USE_CANDIDATE, (struct bytes){0});
}

struct bytes stun_integrity_begin(struct writer *out)
{
    if (!out->ok)
        return (struct bytes){0};
    update_length(out, writer_len(out) - STUN_HEADER_LEN + 4 + STUN_INTEGRITY_LEN);
    return bytes_of(out->start, writer_len(out));
}

void stun_integrity_end(struct writer *out, const uint8_t tag[static STUN_INTEGRITY_LEN])
{
    stun_write_attribute(out, STUN_MESSAGE_INTEGRITY, bytes_of(tag, STUN_INTEGRITY_LEN));
}

void stun_write_fingerprint(struct writer *out)
{
    if (!out->ok)
        return;
    update_length(out, writer_len(out) - STUN_HEADER_LEN + 8);
    const uint32_t crc = stun_crc32(bytes_of(out->start, writer_len(out)));
    write_u32_attribute(out, STUN_FINGERPRINT, crc ^ STUN_FINGERPRINT_XOR);
}
