// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/rtp_ext.h - RTP header extensions (RFC 8285) and the ones browsers send.
#ifndef GATEWAY_WIRE_RTP_EXT_H
#define GATEWAY_WIRE_RTP_EXT_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/usec.h"

#include <stdbool.h>
#include <stdint.h>

#define RTP_EXT_ONE_BYTE 0xbede
#define RTP_EXT_MAX_NAME 16

struct rtp_view;

// An extension of a packet. `value` points into the packet.
struct rtp_ext {
    uint8_t id;
    struct bytes value;
};

struct rtp_ext_walk {
    struct reader in;
    bool two_byte;
};

// Walks the extensions of a packet in either form; a damaged rest ends the walk.
//   struct rtp_ext_walk walk = rtp_ext_walk(&rtp);
//   while (rtp_ext_next(&walk, &ext)) ...
struct rtp_ext_walk rtp_ext_walk(const struct rtp_view *rtp);
bool rtp_ext_next(struct rtp_ext_walk *walk, struct rtp_ext *ext);

// The first one with this id. False when there is none; id 0 (not negotiated) is never found.
bool rtp_ext_find(const struct rtp_view *rtp, uint8_t id, struct bytes *value) MUST_CHECK;

// Builds a block in the one-byte form: ids 1..14, values of 1..16 bytes, else the writer fails.
// `end` pads to a multiple of four bytes; then writer_over's bytes are rtp_fields.extension.
void rtp_ext_write(struct writer *out, uint8_t id, struct bytes value);
void rtp_ext_write_u16(struct writer *out, uint8_t id, uint16_t value);
void rtp_ext_write_end(struct writer *out);

// Client-to-mixer audio level (RFC 6464): 0 loudest, 127 silent.
struct audio_level {
    uint8_t level;
    bool voice;
};

bool audio_level_read(struct audio_level *audio, struct bytes value) MUST_CHECK;
uint8_t audio_level_byte(struct audio_level audio);

// The value of a MID, RID or repaired RID: 1..16 letters, digits and "-_.", else false.
bool rtp_ext_is_name(struct bytes value) MUST_CHECK;

// Transport-wide sequence number.
bool transport_seq_read(uint16_t *seq, struct bytes value) MUST_CHECK;

// Absolute send time: seconds modulo 64 as 6.18 fixed point.
bool abs_send_time_read(uint32_t *time, struct bytes value) MUST_CHECK;
uint32_t abs_send_time_of(usec now);

#endif
