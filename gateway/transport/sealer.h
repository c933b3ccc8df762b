// SPDX-License-Identifier: AGPL-3.0-or-later
// transport/sealer.h - seals what one peer is sent with AEAD_AES_128_GCM (RFC 7714), faster than libsrtp2.
#ifndef GATEWAY_TRANSPORT_SEALER_H
#define GATEWAY_TRANSPORT_SEALER_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SEALER_STREAMS 128 // SSRCs that can be sent under one key
#define SEALER_WINDOW 256  // numbers that may be sent late, behind the highest of their stream
#define SEALER_KEY_LEN 16
#define SEALER_SALT_LEN 12
#define SEALER_TAG_LEN 16

// Of one direction, derived from a master key.
struct sealer_keys {
    uint8_t key[SEALER_KEY_LEN];
    uint8_t salt[SEALER_SALT_LEN];
};

// `master` is the master key and behind it the master salt. False: OpenSSL has no memory.
bool sealer_derive(struct sealer_keys *keys, const uint8_t master[SEALER_KEY_LEN + SEALER_SALT_LEN])
    MUST_CHECK;

// RTP only, and only outwards. Counts the rounds of each SSRC's sequence numbers itself.
struct sealer;

enum err sealer_create(struct sealer **made, const struct sealer_keys *keys) MUST_CHECK;
void sealer_destroy(struct sealer *s);

// In place: the packet of `len` bytes is followed by room for the tag. False, and not to be sent: no packet, a
// number that was sealed before or is too late to tell, too many SSRCs, or no memory for a new one. Allocates
// with a new SSRC only, and not with each.
bool sealer_seal(struct sealer *s, uint8_t *at, size_t len) MUST_CHECK;

#endif
