// SPDX-License-Identifier: AGPL-3.0-or-later
// crypto/hash.h - digests and keyed digests (FIPS 180-4, RFC 2104), by OpenSSL.
#ifndef GATEWAY_CRYPTO_HASH_H
#define GATEWAY_CRYPTO_HASH_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stdint.h>

#define SHA1_SIZE 20
#define SHA256_SIZE 32

void hash_sha256(uint8_t digest[static SHA256_SIZE], struct bytes input);

// Two parts, so that a patched header and an untouched rest need no copy.
void hash_hmac_sha1(uint8_t tag[static SHA1_SIZE], struct bytes key, struct bytes first,
                    struct bytes second);
void hash_hmac_sha256(uint8_t tag[static SHA256_SIZE], struct bytes key, struct bytes input);

#endif
