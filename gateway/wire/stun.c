// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/stun.c - STUN Binding messages read in place (RFC 8489, section 5 and 14).
#include "wire/stun.h"

#include "wire/stun_attributes.h"

#include <string.h>

#define BINDING 0x0001
#define CLASS_BITS 0x0110
#define FAMILY_IPV4 1
#define FAMILY_IPV6 2
#define MAX_USERNAME 512
#define MAX_UFRAG 256

uint32_t stun_crc32(struct bytes bytes)
{
    uint32_t crc = UINT32_MAX;

    for (size_t i = 0; i < bytes.len; i++) {
        crc ^= bytes.at[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    return ~crc;
}

static bool read_kind(enum stun_kind *kind, uint16_t type)
{
    if ((type & ~CLASS_BITS) != BINDING)
        return false;
    *kind = (enum stun_kind)((type >> 7 & 2) | (type >> 4 & 1));
    return true;
}

static bool read_xor_mapped(struct stun_view *stun, struct bytes value)
{
    struct reader in = reader_over(value);
    const uint8_t *mask = stun->message.at + 4; // the cookie, then the transaction id

    read_u8(&in);
    const uint8_t family = read_u8(&in);
    const uint16_t port = read_u16(&in) ^ (uint16_t)(STUN_COOKIE >> 16);
    const struct bytes ip = read_rest(&in);
    if (!in.ok || ip.len != (family == FAMILY_IPV4 ? 4u : 16u) || family < 1 || family > 2)
        return false;
    stun->mapped = address_v4(0, 0, 0, 0, port);
    for (size_t i = 0; i < ip.len; i++)
        stun->mapped.ip[16 - ip.len + i] = ip.at[i] ^ mask[i];
    stun->has_mapped = true;
    return true;
}

static bool read_error_code(struct stun_view *stun, struct bytes value)
{
    struct reader in = reader_over(value);

    read_u16(&in);
    const uint8_t hundreds = read_u8(&in) & 7;
    const uint8_t number = read_u8(&in);
    if (!in.ok || number > 99)
        return false;
    stun->error_code = (uint16_t)(100 * hundreds + number);
    return true;
}

static bool read_role(struct stun_view *stun, bool controlling, struct bytes value)
{
    struct reader in = reader_over(value);

    if (stun->controlling || stun->controlled)
        return true;
    stun->tie_breaker = read_u64(&in);
    stun->controlling = controlling;
    stun->controlled = !controlling;
    return value.len == 8;
}

static bool read_integrity(struct stun_view *stun, struct bytes value)
{
    stun->integrity = value;
    return value.len == STUN_INTEGRITY_LEN;
}

static bool read_username(struct stun_view *stun, struct bytes value)
{
    if (stun->username.len == 0)
        stun->username = value;
    return value.len > 0 && value.len <= MAX_USERNAME;
}

static bool read_priority(struct stun_view *stun, struct bytes value)
{
    struct reader in = reader_over(value);

    if (!stun->has_priority)
        stun->priority = read_u32(&in);
    stun->has_priority = true;
    return value.len == 4;
}

// FINGERPRINT covers all before it. It is the last, so the length in the header is already right.
static bool read_fingerprint(struct stun_view *stun, struct bytes value)
{
    struct reader in = reader_over(value);
    const uint32_t fingerprint = read_u32(&in) ^ STUN_FINGERPRINT_XOR;
    const size_t covered = (size_t)(value.at - stun->message.at) - 4;

    stun->has_fingerprint = true;
    return value.len == 4 && stun->message.len == covered + 8 &&
           fingerprint == stun_crc32(bytes_of(stun->message.at, covered));
}

static bool read_attribute(struct stun_view *stun, uint16_t type, struct bytes value)
{
    if (type == STUN_FINGERPRINT)
        return read_fingerprint(stun, value);
    if (stun->integrity.len > 0)
        return true; // "agents MUST ignore all other attributes that follow MESSAGE-INTEGRITY"

    switch (type) {
    case STUN_USERNAME:
        return read_username(stun, value);
    case STUN_MESSAGE_INTEGRITY:
        return read_integrity(stun, value);
    case STUN_PRIORITY:
        return read_priority(stun, value);
    case STUN_USE_CANDIDATE:
        stun->use_candidate = true;
        return value.len == 0;
    case STUN_ICE_CONTROLLED:
    case STUN_ICE_CONTROLLING:
        return read_role(stun, type == STUN_ICE_CONTROLLING, value);
    case STUN_XOR_MAPPED_ADDRESS:
        return stun->has_mapped || read_xor_mapped(stun, value);
    case STUN_ERROR_CODE:
        return stun->error_code != 0 || read_error_code(stun, value);
    case STUN_MAPPED_ADDRESS:
    case STUN_UNKNOWN_ATTRIBUTES:
    case STUN_REALM:
    case STUN_NONCE:
    case STUN_MESSAGE_INTEGRITY_SHA256:
        return true; // known, and of no use to ICE
    default:
        break;
    }
    if (type < 0x8000 && stun->unknown_count < STUN_MAX_UNKNOWN)
        stun->unknown[stun->unknown_count++] = type;
    return true;
}

bool stun_read(struct stun_view *stun, struct bytes datagram)
{
    struct reader in = reader_over(datagram);

    *stun = (struct stun_view){.message = datagram};
    const uint16_t type = read_u16(&in);
    const uint16_t len = read_u16(&in);
    const uint32_t cookie = read_u32(&in);
    stun->id = read_bytes(&in, STUN_ID_LEN);
    if (!in.ok || !read_kind(&stun->kind, type) || cookie != STUN_COOKIE || len % 4 != 0 ||
        len != datagram.len - STUN_HEADER_LEN || datagram.len > STUN_MAX_LEN)
        return false;

    while (reader_left(&in) > 0) {
        const uint16_t attribute = read_u16(&in);
        const uint16_t attribute_len = read_u16(&in);
        const struct bytes value = read_bytes(&in, attribute_len);
        read_bytes(&in, (4u - attribute_len % 4u) % 4u);
        if (!in.ok || stun->has_fingerprint || !read_attribute(stun, attribute, value))
            return false;
    }
    return true;
}

struct bytes stun_integrity_input(const struct stun_view *stun, uint8_t copy[static STUN_MAX_LEN])
{
    const size_t covered = (size_t)(stun->integrity.at - stun->message.at) - 4;
    const size_t len = covered - STUN_HEADER_LEN + 4 + STUN_INTEGRITY_LEN;

    // The length the header had when the tag was made: up to the end of MESSAGE-INTEGRITY.
    memcpy(copy, stun->message.at, covered);
    copy[2] = (uint8_t)(len >> 8);
    copy[3] = (uint8_t)len;
    return bytes_of(copy, covered);
}

static bool is_ice_char(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/';
}

static bool is_ufrag(struct bytes text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!is_ice_char(text.at[i]))
            return false;
    }
    return text.len > 0 && text.len <= MAX_UFRAG;
}

bool stun_split_username(struct bytes username, struct bytes *receiver, struct bytes *sender)
{
    const uint8_t *colon = username.len > 0 ? memchr(username.at, ':', username.len) : NULL;

    if (!colon)
        return false;
    *receiver = bytes_of(username.at, (size_t)(colon - username.at));
    *sender = bytes_of(colon + 1, username.len - receiver->len - 1);
    return is_ufrag(*receiver) && is_ufrag(*sender);
}
