// SPDX-License-Identifier: AGPL-3.0-or-later
// crypto/token.c - 128-bit secrets as text.
#include "crypto/token.h"

#include "base/text.h"

#include <string.h>

#define TAG_BYTES 16

void token_text(char text[static TOKEN_TEXT_SIZE], const uint8_t random[static TOKEN_BYTES])
{
    text_base64url(text, bytes_of(random, TOKEN_BYTES));
}

bool token_digest(uint8_t digest[static SHA256_SIZE], const char *text)
{
    uint8_t token[TOKEN_BYTES];

    if (!text_from_base64url(token, sizeof token, bytes_of_string(text)))
        return false;
    hash_sha256(digest, bytes_of_string(text));
    return true;
}

static void tag_of(uint8_t tag[static SHA256_SIZE], const uint8_t *token, const uint8_t *key)
{
    hash_hmac_sha256(tag, bytes_of(key, SHA256_SIZE), bytes_of(token, TOKEN_BYTES));
}

void token_tag(char text[static TAGGED_TEXT_SIZE], const uint8_t random[static TOKEN_BYTES],
               const uint8_t key[static SHA256_SIZE])
{
    uint8_t both[TOKEN_BYTES + TAG_BYTES];
    uint8_t tag[SHA256_SIZE];

    tag_of(tag, random, key);
    memcpy(both, random, TOKEN_BYTES);
    memcpy(both + TOKEN_BYTES, tag, TAG_BYTES);
    text_base64url(text, bytes_of(both, sizeof both));
}

bool token_untag(char token[static TOKEN_TEXT_SIZE], const char *text,
                 const uint8_t key[static SHA256_SIZE])
{
    uint8_t both[TOKEN_BYTES + TAG_BYTES];
    uint8_t tag[SHA256_SIZE];

    if (!text_from_base64url(both, sizeof both, bytes_of_string(text)))
        return false;
    tag_of(tag, both, key);
    if (!bytes_equal_secret(bytes_of(both + TOKEN_BYTES, TAG_BYTES), bytes_of(tag, TAG_BYTES)))
        return false;
    token_text(token, both);
    return true;
}
