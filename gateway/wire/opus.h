// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/opus.h - what an Opus packet tells undecoded (RFC 6716).
#ifndef GATEWAY_WIRE_OPUS_H
#define GATEWAY_WIRE_OPUS_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stdint.h>

// Duration in samples of 48 kHz: 120..5760. 0 when the packet breaks RFC 6716, section 3.4.
uint32_t opus_samples(struct bytes payload);

// A packet that carries no sound: discontinuous transmission sends at most two bytes.
bool opus_is_silence(struct bytes payload);

#endif
