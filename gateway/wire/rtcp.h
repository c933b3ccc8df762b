// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/rtcp.h - RTCP compounds: sender and receiver reports, SDES and BYE (RFC 3550, section 6).
#ifndef GATEWAY_WIRE_RTCP_H
#define GATEWAY_WIRE_RTCP_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/usec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RTCP_SR 200
#define RTCP_RR 201
#define RTCP_SDES 202
#define RTCP_BYE 203
#define RTCP_APP 204
#define RTCP_RTPFB 205
#define RTCP_PSFB 206
#define RTCP_XR 207

#define RTCP_MAX_COUNT 31

// One packet of a compound; `body` is what follows its four-byte header, without padding.
struct rtcp_packet {
    uint8_t type;
    uint8_t count; // or the format of a feedback packet
    struct bytes body;
};

struct rtcp_walk {
    struct reader in;
    bool damaged; // it ended at a bad packet; those before it stand
};

// Walks a compound, or a reduced-size one (RFC 5506): any order, any types.
struct rtcp_walk rtcp_walk(struct bytes compound);
bool rtcp_next(struct rtcp_walk *walk, struct rtcp_packet *packet);

struct rtcp_sender {
    uint32_t ssrc;
    uint64_t ntp;
    uint32_t timestamp;
    uint32_t packets;
    uint32_t octets;
};

struct rtcp_report {
    uint32_t ssrc;
    uint8_t fraction_lost; // of 256
    int32_t lost;          // 24 bits, may be negative
    uint32_t highest_seq;  // with the number of wraps in the upper half
    uint32_t jitter;
    uint32_t last_sr;       // middle of the NTP time of the last sender report, or 0
    uint32_t since_last_sr; // in 1/65536 s
};

// The report blocks are then taken one by one with rtcp_next_report.
bool rtcp_read_sr(struct rtcp_sender *sender, struct bytes *blocks,
                  const struct rtcp_packet *packet) MUST_CHECK;
bool rtcp_read_rr(uint32_t *ssrc, struct bytes *blocks, const struct rtcp_packet *packet)
    MUST_CHECK;
bool rtcp_next_report(struct bytes *blocks, struct rtcp_report *report);

// Takes the next chunk that has a CNAME off `rest`, which starts as the body of an SDES packet.
bool rtcp_next_cname(struct bytes *rest, uint32_t *ssrc, struct bytes *cname);

// The SSRCs that leave, 4 bytes each.
bool rtcp_read_bye(struct bytes *ssrcs, const struct rtcp_packet *packet) MUST_CHECK;

// Writers append one packet each. At most RTCP_MAX_COUNT reports or SSRCs, and at most 255
// bytes of cname; more fails the writer.
void rtcp_write_sr(struct writer *out, const struct rtcp_sender *sender,
                   const struct rtcp_report *reports, size_t count);
void rtcp_write_rr(struct writer *out, uint32_t ssrc, const struct rtcp_report *reports,
                   size_t count);
void rtcp_write_cname(struct writer *out, uint32_t ssrc, struct bytes cname);
void rtcp_write_bye(struct writer *out, const uint32_t *ssrcs, size_t count);

// NTP times are counted on whatever clock the caller has: seconds and a fraction of 2^32.
uint64_t ntp_from_usec(usec time);
usec ntp_to_usec(uint64_t ntp);

// What reports quote as last_sr.
static inline uint32_t ntp_middle(uint64_t ntp)
{
    return (uint32_t)(ntp >> 16);
}

#endif
