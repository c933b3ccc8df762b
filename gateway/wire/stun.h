// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/stun.h - STUN Binding messages with the attributes of ICE (RFC 8489, RFC 8445).
#ifndef GATEWAY_WIRE_STUN_H
#define GATEWAY_WIRE_STUN_H

#include "base/address.h"
#include "base/bytes.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STUN_HEADER_LEN 20
#define STUN_ID_LEN 12
#define STUN_INTEGRITY_LEN 20
#define STUN_MAX_LEN 1500 // longer messages are refused
#define STUN_MAX_UNKNOWN 8

#define STUN_ROLE_CONFLICT 487
#define STUN_UNKNOWN_ATTRIBUTE 420

enum stun_kind { STUN_REQUEST, STUN_INDICATION, STUN_SUCCESS, STUN_ERROR };

// Points into the message it was read from. Of an attribute that comes twice the first counts.
struct stun_view {
    enum stun_kind kind;
    struct bytes message;
    struct bytes id;       // STUN_ID_LEN bytes
    struct bytes username; // empty: absent
    bool has_priority;
    bool use_candidate;
    bool controlling; // the sender says it is
    bool controlled;
    bool has_fingerprint; // and it is right
    uint32_t priority;
    uint64_t tie_breaker;
    struct bytes integrity; // STUN_INTEGRITY_LEN bytes, or empty: absent. Not verified here.
    bool has_mapped;
    struct address mapped; // XOR-MAPPED-ADDRESS, of a success response
    uint16_t error_code;   // of an error response, else 0
    size_t unknown_count;  // comprehension-required attributes nobody here knows (the first few)
    uint16_t unknown[STUN_MAX_UNKNOWN];
};

// False when the datagram is no well-formed Binding message, or has a wrong FINGERPRINT or a
// MESSAGE-INTEGRITY of another size. Attributes behind MESSAGE-INTEGRITY are ignored.
bool stun_read(struct stun_view *stun, struct bytes datagram) MUST_CHECK;

// The bytes whose HMAC-SHA1 (keyed with the password) must equal stun->integrity, put together
// in the caller's memory. Only for a view with an integrity.
struct bytes stun_integrity_input(const struct stun_view *stun, uint8_t copy[static STUN_MAX_LEN]);

// "theirs:ours" of a request we received gives ours first: the half before the colon is the
// receiver's fragment. False unless both halves are 1..256 ICE characters.
bool stun_split_username(struct bytes username, struct bytes *receiver, struct bytes *sender)
    MUST_CHECK;

// Writers. `out` holds this one message, from its start.
void stun_write_success(struct writer *out, const uint8_t id[static STUN_ID_LEN],
                        const struct address *mapped);

// With UNKNOWN-ATTRIBUTES when count > 0.
void stun_write_error(struct writer *out, const uint8_t id[static STUN_ID_LEN], uint16_t code,
                      const uint16_t *unknown, size_t count);

struct stun_request {
    const uint8_t *id; // STUN_ID_LEN bytes
    struct bytes username;
    uint32_t priority;
    uint64_t tie_breaker;
    bool controlling;
    bool use_candidate;
};

void stun_write_request(struct writer *out, const struct stun_request *request);

// Any attribute, padded with zeros.
void stun_write_attribute(struct writer *out, uint16_t type, struct bytes value);

// In two steps, because the key lives elsewhere: `begin` returns the bytes to be authenticated
// (empty when the writer has run over), `end` appends their HMAC-SHA1.
struct bytes stun_integrity_begin(struct writer *out);
void stun_integrity_end(struct writer *out, const uint8_t tag[static STUN_INTEGRITY_LEN]);

// The last attribute of a message.
void stun_write_fingerprint(struct writer *out);

#endif
