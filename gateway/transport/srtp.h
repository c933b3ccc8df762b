// SPDX-License-Identifier: AGPL-3.0-or-later
// transport/srtp.h - libsrtp2 behind four functions: seal and open, RTP and RTCP.
#ifndef GATEWAY_TRANSPORT_SRTP_H
#define GATEWAY_TRANSPORT_SRTP_H

#include "base/bytes.h"
#include "base/drops.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SRTP_MAX_STREAMS 32      // SSRCs of RTP one peer may send
#define SRTP_MAX_RTCP_SENDERS 64 // a browser speaks RTCP by one SSRC for each line it receives, too
#define SRTP_MAX_PACKET 1500

enum srtp_profile { SRTP_GCM_128, SRTP_CM_128_SHA1_80 };

#define SRTP_KEY_LEN 16
#define SRTP_MAX_SALT_LEN 14

struct srtp_keys {
    enum srtp_profile profile;
    // Master key, then master salt, without a gap.
    uint8_t local[SRTP_KEY_LEN + SRTP_MAX_SALT_LEN];
    uint8_t remote[SRTP_KEY_LEN + SRTP_MAX_SALT_LEN];
};

// 12 for AEAD_AES_128_GCM (RFC 7714, section 12), else 14.
size_t srtp_salt_len(enum srtp_profile profile);

struct srtp;

enum err srtp_start(struct srtp **made, const struct srtp_keys *keys) MUST_CHECK;
void srtp_stop(struct srtp *srtp);

// In place, in memory aligned to 4 bytes; `plain` lies inside. False: dropped and counted.
bool srtp_open_rtp(struct srtp *srtp, uint8_t *at, size_t len, struct bytes *plain,
                   struct drops *drops) MUST_CHECK;
bool srtp_open_rtcp(struct srtp *srtp, uint8_t *at, size_t len, struct bytes *plain,
                    struct drops *drops) MUST_CHECK;

// In place; *len grows to what is to be sent. False when it does not fit `size` or is no packet.
bool srtp_seal_rtp(struct srtp *srtp, uint8_t *at, size_t *len, size_t size) MUST_CHECK;
bool srtp_seal_rtcp(struct srtp *srtp, uint8_t *at, size_t *len, size_t size) MUST_CHECK;

// What sealing adds to an RTP packet.
size_t srtp_overhead(const struct srtp *srtp);

#endif
