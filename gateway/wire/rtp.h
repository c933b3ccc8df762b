// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/rtp.h - the RTP header (RFC 3550, section 5.1).
#ifndef GATEWAY_WIRE_RTP_H
#define GATEWAY_WIRE_RTP_H

#include "base/bytes.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RTP_HEADER_LEN 12

// Points into the packet it was read from.
struct rtp_view {
    bool marker;
    uint8_t payload_type;
    uint8_t padding_len;
    uint16_t seq;
    uint32_t timestamp;
    uint32_t ssrc;
    struct bytes csrcs; // 4 bytes each
    bool has_extension;
    uint16_t extension_profile; // of RFC 8285 or another
    struct bytes extension;     // what follows its four-byte header
    struct bytes payload;       // without padding; may be empty
    size_t header_len;          // offset of the payload
};

bool rtp_read(struct rtp_view *rtp, struct bytes packet) MUST_CHECK;

struct rtp_fields {
    bool marker;
    uint8_t payload_type;
    uint16_t seq;
    uint32_t timestamp;
    uint32_t ssrc;
    bool padded; // its last byte counts the padding: see rtp_write_padding
    bool has_csrc;
    uint32_t csrc;
    uint16_t extension_profile; // RTP_EXT_ONE_BYTE, usually
    struct bytes extension;     // from rtp_ext_write_end: a multiple of four bytes; empty: none
};

void rtp_write_header(struct writer *out, const struct rtp_fields *fields);

// The padding of a packet whose header says `padded`, behind its payload; at least 1 byte.
void rtp_write_padding(struct writer *out, uint8_t len);

// A retransmission (RFC 4588, section 4): the original sequence number, then the original payload.
// False when nothing follows the number, as in padding.
bool rtx_read(struct bytes payload, uint16_t *original_seq, struct bytes *original) MUST_CHECK;

#endif
