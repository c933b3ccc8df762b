// SPDX-License-Identifier: AGPL-3.0-or-later
// base/utf8.h - code points from and to UTF-8 (RFC 3629).
#ifndef GATEWAY_BASE_UTF8_H
#define GATEWAY_BASE_UTF8_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Takes the first code point off the text. False at its end and at a malformed one; then `text`
// is what could not be read.
bool utf8_next(struct bytes *text, uint32_t *code);

// Writes one code point; returns how many bytes, 1..4.
size_t utf8_put(char to[static 4], uint32_t code);

#endif
