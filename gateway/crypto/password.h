// SPDX-License-Identifier: AGPL-3.0-or-later
// crypto/password.h - argon2id by libsodium: 30 ms and 19 MiB a hash, so never on a loop's thread.
#ifndef GATEWAY_CRYPTO_PASSWORD_H
#define GATEWAY_CRYPTO_PASSWORD_H

#include "base/err.h"

#include <stdbool.h>

#define PASSWORD_TEXT_SIZE 128

// Once per process, before the first hash: libsodium then uses what this processor can do.
enum err password_start(void) MUST_CHECK;

// A self-describing text of parameters, salt and hash. ERR_NO_MEMORY when 19 MiB cannot be had.
enum err password_hash(char text[static PASSWORD_TEXT_SIZE], const char *password) MUST_CHECK;

// With an empty text, spends the time of one verification and says false (unknown accounts must not
// answer faster).
bool password_verify(const char *text, const char *password);

#endif
