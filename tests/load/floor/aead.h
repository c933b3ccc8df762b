// SPDX-License-Identifier: AGPL-3.0-or-later
// load/floor/aead.h - SRTP with AEAD_AES_128_GCM (RFC 7714) at the least OpenSSL asks for it.
#ifndef TESTS_LOAD_FLOOR_AEAD_H
#define TESTS_LOAD_FLOOR_AEAD_H

#include "base/bytes.h"
#include "load/floor/keys.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AEAD_TAG_LEN 16
#define AEAD_SALT_LEN 12
#define AEAD_RTCP_TRAILER (AEAD_TAG_LEN + 4) // the tag, then the index

struct evp_cipher_ctx_st; // OpenSSL's; its own header has names that are also ours

// One direction of one peer: contexts keyed once, given only a new IV per packet. No replay
// window, no look-up of streams: what a packet costs at least.
struct aead {
    struct evp_cipher_ctx_st *rtp;
    struct evp_cipher_ctx_st *rtcp;
    uint8_t rtp_salt[AEAD_SALT_LEN];
    uint8_t rtcp_salt[AEAD_SALT_LEN];
    bool seals;
};

// False: OpenSSL refused. Undone by aead_fini in either case.
bool aead_init(struct aead *aead, const uint8_t master[MASTER_LEN], bool seals);
void aead_fini(struct aead *aead);

// `at` holds a header of header_len; the payload is sealed from where it lies to behind it, the tag
// behind that. `index` is the sequence number unrolled to 48 bits.
bool aead_seal_rtp(const struct aead *aead, uint32_t ssrc, uint64_t index, uint8_t *at,
                   size_t header_len, struct bytes payload);

// In place; the payload's length is what is left without header and tag.
bool aead_open_rtp(const struct aead *aead, uint32_t ssrc, uint64_t index, uint8_t *at, size_t len,
                   size_t header_len);

// In place; needs AEAD_RTCP_TRAILER bytes behind len, resp. takes them off.
bool aead_seal_rtcp(const struct aead *aead, uint32_t index, uint8_t *at, size_t len);
bool aead_open_rtcp(const struct aead *aead, uint8_t *at, size_t *len);

#endif
