// SPDX-License-Identifier: AGPL-3.0-or-later
// host/desk.h - the practice asked directly, before threads start: for the command line and the demo.
#ifndef GATEWAY_HOST_DESK_H
#define GATEWAY_HOST_DESK_H

#include "base/err.h"
#include "practice/call.h"
#include "store/query.h"
#include "store/result.h"

#include <stdbool.h>

struct practice;
struct store;

// Both borrowed.
struct desk {
    struct practice *practice;
    struct store *store;
    uint64_t calls;
};

// Makes one call as a page would; its randomness and id are drawn here. `answered` sees the reply,
// which is gone afterwards. False when there was no answer or it was a refusal (`refusal` says
// which, also to `answered`).
typedef void desk_answered(void *owner, const struct reply *reply);
bool desk_call(struct desk *desk, struct call *call, desk_answered *answered, void *owner);

// Runs one query, password jobs included; result_fini is the caller's.
void desk_ask(struct desk *desk, const struct query *query, struct result *result);

#endif
