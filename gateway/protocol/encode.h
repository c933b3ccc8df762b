// SPDX-License-Identifier: AGPL-3.0-or-later
// protocol/encode.h - one notice into one WebSocket message.
#ifndef GATEWAY_PROTOCOL_ENCODE_H
#define GATEWAY_PROTOCOL_ENCODE_H

#include "meetup/effect.h"

#include <stddef.h>
#include <stdint.h>

struct fingerprint;

// What an answer says about this gateway.
struct answer_settings {
    struct {
        char ip[64];
        uint16_t port;
    } candidates[16];
    size_t candidate_count;
    uint8_t fingerprint[32]; // SHA-256 of our DTLS certificate
};

// JSON text, NUL-terminated, owned by the caller (mem_free); NULL for lack of memory. `why` may
// replace the sentence of a NOTICE_ERROR (NULL: the table's).
char *encode_notice(const struct notice *notice, const struct answer_settings *settings,
                    int64_t wall_ms, const char *why);

// The stable code, HTTP status and plain sentence of a refusal: one table for both doors.
const char *refusal_code(enum refusal refusal);
int refusal_status(enum refusal refusal);
const char *refusal_text(enum refusal refusal);

#endif
