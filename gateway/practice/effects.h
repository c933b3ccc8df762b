// SPDX-License-Identifier: AGPL-3.0-or-later
// practice/effects.h - what a call leads to; carried out by host/, in order.
#ifndef GATEWAY_PRACTICE_EFFECTS_H
#define GATEWAY_PRACTICE_EFFECTS_H

#include "practice/call.h"

#include <stddef.h>

struct query;

enum practice_effect_kind {
    PRACTICE_REPLY,     // answer the HTTP call
    PRACTICE_QUERY,     // ask the store or the password pool (query_is_password_job)
    PRACTICE_TELL,      // REQUEST_REVOKED or REQUEST_CHANGED for the live meetups
    PRACTICE_SIGNED_OUT // close all conversations of this sign-in with 4003
};

struct practice_effect {
    enum practice_effect_kind kind;
    struct reply *reply;          // owned
    struct query *query;          // owned (mem_free); moved out by the host
    struct request *request;      // owned
    uint8_t session[DIGEST_SIZE]; // SIGNED_OUT: identity.session of the conversations
};

// Zero-initialised is valid and empty.
struct practice_effects {
    struct practice_effect *items; // owned
    size_t count;
    size_t capacity;
};

// NULL for lack of memory.
struct reply *practice_effects_reply(struct practice_effects *effects, const struct call *call);
struct query *practice_effects_query(struct practice_effects *effects, int kind, uint64_t call);
struct request *practice_effects_tell(struct practice_effects *effects);
void practice_effects_signed_out(struct practice_effects *effects,
                                 const uint8_t session[static DIGEST_SIZE]);

void practice_effects_clear(struct practice_effects *effects);
void practice_effects_fini(struct practice_effects *effects);

#endif
