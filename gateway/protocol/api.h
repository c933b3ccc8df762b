// SPDX-License-Identifier: AGPL-3.0-or-later
// protocol/api.h - HTTP calls under /api/ in JSON: in, and their replies out.
#ifndef GATEWAY_PROTOCOL_API_H
#define GATEWAY_PROTOCOL_API_H

#include "base/bytes.h"
#include "practice/call.h"

#include <stdbool.h>

enum api_method { API_GET, API_POST };
enum api_verdict { API_OK, API_NO_SUCH_CALL, API_WRONG_METHOD, API_INVALID };

// Fills kind, subject and the body's fields of `call`; leaves id, from, identity and random alone.
// `path` starts with "/api/". A body is read strictly: unknown, missing, doubled or mistyped
// fields are invalid.
enum api_verdict api_decode(struct call *call, enum api_method method, struct bytes path,
                            struct bytes body);

// JSON text owned by the caller (mem_free), NULL for lack of memory. `origin` ("https://host:port")
// starts links; waiting and present counts come from `counts` (NULL: zeros).
typedef void api_counts(void *owner, const char *meetup, uint32_t *waiting, uint32_t *present);
char *api_encode(const struct reply *reply, const char *origin, const char *version,
                 int64_t wall_ms, api_counts *counts, void *counts_owner);

#endif
