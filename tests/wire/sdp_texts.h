// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/sdp_texts.h - an offer that can be answered, to be made wrong in one thing.
#ifndef TESTS_WIRE_SDP_TEXTS_H
#define TESTS_WIRE_SDP_TEXTS_H

#include "wire/sdp.h"

#define TWICE(text) text text
#define DIGEST TWICE(TWICE(TWICE("A1:b2:C3:d4:"))) // 32 bytes and a colon too many
#define HEAD "v=0\r\no=- 1 2 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"
#define CREDENTIALS "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789abcdefghijkl\r\n"

// One audio line that can be answered; `more` goes to its end. Good until the next call.
char *offer_with(const char *more);

// Fails the test when it is refused. sdp_free is the caller's.
struct sdp *parse_bytes(struct bytes text);
struct sdp *parse(const char *text);
struct sdp *parse_with(const char *more);

// The words with which it is refused; fails the test when it is not refused with `want` (or ERR_INVALID).
const char *refusal(struct bytes text, enum err want);
const char *refusal_with(const char *more);

bool is(struct bytes bytes, const char *text);

#endif
