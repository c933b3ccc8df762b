// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/stun_attributes.h - what the reader and the writers of STUN share.
#ifndef GATEWAY_WIRE_STUN_ATTRIBUTES_H
#define GATEWAY_WIRE_STUN_ATTRIBUTES_H

#include "base/bytes.h"

#include <stdint.h>

#define STUN_COOKIE 0x2112a442u
#define STUN_FINGERPRINT_XOR 0x5354554eu

enum stun_attribute {
    STUN_MAPPED_ADDRESS = 0x0001,
    STUN_USERNAME = 0x0006,
    STUN_MESSAGE_INTEGRITY = 0x0008,
    STUN_ERROR_CODE = 0x0009,
    STUN_UNKNOWN_ATTRIBUTES = 0x000a,
    STUN_REALM = 0x0014,
    STUN_NONCE = 0x0015,
    STUN_MESSAGE_INTEGRITY_SHA256 = 0x001c,
    STUN_XOR_MAPPED_ADDRESS = 0x0020,
    STUN_PRIORITY = 0x0024,
    STUN_USE_CANDIDATE = 0x0025,
    STUN_FINGERPRINT = 0x8028,
    STUN_ICE_CONTROLLED = 0x8029,
    STUN_ICE_CONTROLLING = 0x802a,
};

// CRC-32 of ITU V.42, which FINGERPRINT is made of.
uint32_t stun_crc32(struct bytes bytes);

#endif
