// SPDX-License-Identifier: AGPL-3.0-or-later
// crypto/password.c - argon2id by libsodium.
#include "crypto/password.h"

#include <sodium.h>
#include <string.h>

// The OWASP minimum for argon2id: 19 MiB, two passes.
#define MEMORY_BYTES ((size_t)19 * 1024 * 1024)
#define PASSES 2

_Static_assert(PASSWORD_TEXT_SIZE >= crypto_pwhash_STRBYTES, "room for libsodium's text");

enum err password_start(void)
{
    return sodium_init() < 0 ? ERR_IO : ERR_OK;
}

enum err password_hash(char text[static PASSWORD_TEXT_SIZE], const char *password)
{
    const int verdict = crypto_pwhash_str_alg(text, password, strlen(password), PASSES,
                                              MEMORY_BYTES, crypto_pwhash_ALG_ARGON2ID13);
    return verdict == 0 ? ERR_OK : ERR_NO_MEMORY;
}

bool password_verify(const char *text, const char *password)
{
    if (text[0] == '\0') {
        char unused[PASSWORD_TEXT_SIZE];
        (void)!password_hash(unused, password);
        return false;
    }
    return crypto_pwhash_str_verify(text, password, strlen(password)) == 0;
}
