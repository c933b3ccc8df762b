// SPDX-License-Identifier: AGPL-3.0-or-later
// base/text.h - text people typed: valid UTF-8, bounded, without control characters.
#ifndef GATEWAY_BASE_TEXT_H
#define GATEWAY_BASE_TEXT_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stddef.h>

// True when the bytes are well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms).
bool text_is_utf8(struct bytes text);

// Copies into `to` (size bytes, NUL-terminated) one line of text: white space at the ends is
// dropped and runs inside become one space; control characters and bidirectional overrides
// (U+202A-202E, U+2066-2069), zero-width characters and U+FEFF are dropped. False when it is not
// UTF-8 or does not fit; `to` is then empty.
bool text_clean_line(char *to, size_t size, struct bytes from);

// The same, but line feeds stay (at most two in a row), and so do the joiners U+200C and U+200D, which
// Persian, Indic scripts and composed emoji are written with.
bool text_clean_block(char *to, size_t size, struct bytes from);

// Number of code points; text must be valid UTF-8.
size_t text_length(struct bytes text);

// Writes a skeleton for telling look-alikes apart: Latin, Greek, Cyrillic and full-width letters
// that look alike fold to one lower-case form, accents, spaces and punctuation are dropped
// (after UTS 39, section 4, for the letters names are made of). Two names with equal skeletons
// look the same to a hurried reader. False when it does not fit.
bool text_skeleton(char *to, size_t size, struct bytes from);

// Lower-case hexadecimal, NUL-terminated: `to` must hold 2 * from.len + 1 bytes.
void text_hex(char *to, struct bytes from);

// base64url without padding (RFC 4648, section 5), NUL-terminated: `to` must hold
// (from.len * 4 + 2) / 3 + 1 bytes.
void text_base64url(char *to, struct bytes from);

// Reads base64url without padding into exactly `len` bytes; false on any other length, alphabet or
// non-zero trailing bits.
bool text_from_base64url(uint8_t *to, size_t len, struct bytes from);

#endif
