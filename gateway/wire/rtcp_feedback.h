// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/rtcp_feedback.h - NACK, PLI, FIR and REMB (RFC 4585, RFC 5104, draft-alvestrand-rmcat-remb).
#ifndef GATEWAY_WIRE_RTCP_FEEDBACK_H
#define GATEWAY_WIRE_RTCP_FEEDBACK_H

#include "base/bytes.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rtcp_packet;

enum feedback_kind {
    FEEDBACK_NACK,
    FEEDBACK_PLI,
    FEEDBACK_FIR,
    FEEDBACK_REMB,
    FEEDBACK_TRANSPORT_CC, // see wire/transport_cc.h
    FEEDBACK_OTHER,        // well formed and of no use to us
};

// Points into the packet it was read from.
struct feedback {
    enum feedback_kind kind;
    uint32_t sender;
    uint32_t media;   // 0 in FIR and REMB, which carry their SSRCs inside
    struct bytes fci; // what is particular to the kind
};

// False when it is no feedback packet (types 205 and 206) or damaged.
bool feedback_read(struct feedback *feedback, const struct rtcp_packet *packet) MUST_CHECK;

// Takes one entry off the fci of a NACK: `first` is missing, and so is first + 1 + n for each bit
// n set in `bitmap`.
bool nack_next(struct bytes *fci, uint16_t *first, uint16_t *bitmap);

// Asks for `count` sequence numbers, in ascending order (they may wrap). Returns how many found
// room; 0 leaves the writer failed.
size_t nack_write(struct writer *out, uint32_t sender, uint32_t media, const uint16_t *seqs,
                  size_t count);

void pli_write(struct writer *out, uint32_t sender, uint32_t media);

// Takes one request off the fci of a FIR.
bool fir_next(struct bytes *fci, uint32_t *ssrc, uint8_t *seq);
void fir_write(struct writer *out, uint32_t sender, uint32_t media, uint8_t seq);

// The bitrate saturates at UINT64_MAX. `ssrcs`: 4 bytes each.
bool remb_read(uint64_t *bitrate_bps, struct bytes *ssrcs, const struct feedback *feedback)
    MUST_CHECK;
void remb_write(struct writer *out, uint32_t sender, uint64_t bitrate_bps, const uint32_t *ssrcs,
                size_t count);

#endif
