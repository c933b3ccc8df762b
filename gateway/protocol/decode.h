// SPDX-License-Identifier: AGPL-3.0-or-later
// protocol/decode.h - one WebSocket message into one request.
#ifndef GATEWAY_PROTOCOL_DECODE_H
#define GATEWAY_PROTOCOL_DECODE_H

#include "base/bytes.h"
#include "meetup/effect.h"
#include "meetup/request.h"

#include <stdbool.h>
#include <stdint.h>

#define DECODE_RANDOM_SIZE 160

// Fills kind, id and the fields of the kind (conversation and identity are the caller's). Offers are
// parsed into transport_parameters at once; `random` gives local credentials, SSRCs and cname.
// On false: refusal and, for an offer, a plain sentence (static or empty) say why; request->id is
// set when it could be read. What the request owns is freed by request_fini in either case.
// Text stays valid until decode_release.
struct decoder;
struct decoder *decoder_create(void);
void decoder_destroy(struct decoder *decoder);
bool decode_message(struct decoder *decoder, struct bytes message,
                    const uint8_t random[static DECODE_RANDOM_SIZE], struct request *request,
                    enum refusal *refusal, const char **why);
void decode_release(struct decoder *decoder);

#endif
