// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/sdp_scan.h - the words and numbers of SDP lines.
#ifndef GATEWAY_WIRE_SDP_SCAN_H
#define GATEWAY_WIRE_SDP_SCAN_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stdint.h>

// Takes what is before the first `end` off the text, and that one character; all without one.
struct bytes sdp_take_until(struct bytes *text, char end);

// Takes the next word, after any spaces. Empty at the end.
struct bytes sdp_take_word(struct bytes *text);

// Same text; the second one without regard to case, as codec names and hashes are compared.
bool sdp_is(struct bytes text, const char *word);
bool sdp_is_name(struct bytes text, const char *name);

// Digits only, no more than `most`.
bool sdp_number(struct bytes text, uint32_t most, uint32_t *number);

bool sdp_is_ice_text(struct bytes text, size_t least, size_t most);

#endif
