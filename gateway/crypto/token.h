// SPDX-License-Identifier: AGPL-3.0-or-later
// crypto/token.h - 128-bit secrets as text: made from fresh randomness, kept only as a digest.
#ifndef GATEWAY_CRYPTO_TOKEN_H
#define GATEWAY_CRYPTO_TOKEN_H

#include "crypto/hash.h"

#include <stdbool.h>
#include <stdint.h>

#define TOKEN_BYTES 16
#define TOKEN_TEXT_SIZE 23 // base64url, and a NUL
#define TAGGED_TEXT_SIZE 44

void token_text(char text[static TOKEN_TEXT_SIZE], const uint8_t random[static TOKEN_BYTES]);

// SHA-256 of the text; false when it cannot be a token at all (length, alphabet).
bool token_digest(uint8_t digest[static SHA256_SIZE], const char *text);

// A token together with half an HMAC-SHA256 of it, so that its maker knows it again without a table.
void token_tag(char text[static TAGGED_TEXT_SIZE], const uint8_t random[static TOKEN_BYTES],
               const uint8_t key[static SHA256_SIZE]);
// The token's text when the tag is right.
bool token_untag(char token[static TOKEN_TEXT_SIZE], const char *text,
                 const uint8_t key[static SHA256_SIZE]);

#endif
