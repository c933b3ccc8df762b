// SPDX-License-Identifier: AGPL-3.0-or-later
// load/floor/layout.h - the one form that packets have here, so that nothing needs to be parsed.
#ifndef TESTS_LOAD_FLOOR_LAYOUT_H
#define TESTS_LOAD_FLOOR_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

// A header of RTP with the transport-wide sequence number behind it, as browsers send; the one that is
// forwarded also names its source in a CSRC.
#define LAYOUT_EXTENSION_LEN 8
#define LAYOUT_PUBLISHED_LEN (12 + LAYOUT_EXTENSION_LEN)
#define LAYOUT_FORWARDED_LEN (16 + LAYOUT_EXTENSION_LEN)
#define LAYOUT_TRANSPORT_SEQ 5 // from the extension's start
#define LAYOUT_STAMP_LEN 8     // at the payload's end: when it was published, in ns
#define LAYOUT_MOST 1500

#define LAYOUT_PICTURE 96
#define LAYOUT_SOUND 111
#define LAYOUT_SOURCES 64

static inline void layout_put16(uint8_t *at, uint16_t value)
{
    value = __builtin_bswap16(value);
    memcpy(at, &value, sizeof value);
}

static inline void layout_put32(uint8_t *at, uint32_t value)
{
    value = __builtin_bswap32(value);
    memcpy(at, &value, sizeof value);
}

static inline uint16_t layout_get16(const uint8_t *at)
{
    uint16_t value;

    memcpy(&value, at, sizeof value);
    return __builtin_bswap16(value);
}

static inline uint32_t layout_get32(const uint8_t *at)
{
    uint32_t value;

    memcpy(&value, at, sizeof value);
    return __builtin_bswap32(value);
}

// SSRCs: of publisher n, of what a viewer is sent of it, of the viewer's reports.
static inline uint32_t layout_published_ssrc(uint32_t source)
{
    return 0x10000u + source;
}

static inline uint32_t layout_forwarded_ssrc(uint32_t viewer, uint32_t source)
{
    return 0x1000000u + viewer * LAYOUT_SOURCES + source;
}

static inline bool layout_is_rtcp(const uint8_t *packet)
{
    return packet[1] >= 192 && packet[1] <= 223;
}

// Without sequence numbers, timestamp and SSRC, which are each viewer's own.
static inline void layout_write(uint8_t *at, uint8_t payload_type, bool marker, bool padded,
                                const uint32_t *csrc)
{
    uint8_t *extension = at + (csrc ? 16 : 12);

    memset(at, 0, csrc ? LAYOUT_FORWARDED_LEN : LAYOUT_PUBLISHED_LEN);
    at[0] = (uint8_t)(0x90 | (padded ? 0x20 : 0) | (csrc ? 1 : 0));
    at[1] = (uint8_t)(payload_type | (marker ? 0x80 : 0));
    if (csrc)
        layout_put32(at + 12, *csrc);
    layout_put16(extension, 0xbede);
    layout_put16(extension + 2, 1);
    extension[4] = 5 << 4 | 1; // id 5, two bytes
}

#endif
