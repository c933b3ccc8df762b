// SPDX-License-Identifier: AGPL-3.0-or-later
// protocol/offer.h - a browser's offer into the parameters of one transport, and those into our answer.
#ifndef GATEWAY_PROTOCOL_OFFER_H
#define GATEWAY_PROTOCOL_OFFER_H

#include "base/bytes.h"
#include "protocol/encode.h"
#include "sfu/parameters.h"

#include <stdbool.h>

#define OFFER_RANDOM_SIZE 128

// False: `why` is a plain reason (static). Local credentials, SSRCs and cname are drawn from `random`.
bool offer_read(struct transport_parameters *parameters, struct bytes sdp,
                const uint8_t random[static OFFER_RANDOM_SIZE], const char **why);

// SDP text owned by the caller (mem_free), NULL for lack of memory.
char *answer_write(const struct transport_parameters *parameters,
                   const struct answer_settings *settings);

#endif
