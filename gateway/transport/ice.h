// SPDX-License-Identifier: AGPL-3.0-or-later
// transport/ice.h - the answering half of ICE (lite, RFC 8445): checks prove paths, consent keeps them.
#ifndef GATEWAY_TRANSPORT_ICE_H
#define GATEWAY_TRANSPORT_ICE_H

#include "base/err.h"
#include "transport/transport.h"

#include <stddef.h>

#define ICE_MAX_PATHS 8
#define ICE_MAX_EVICTED (2 * ICE_MAX_PATHS)

// What a check must know: both fragments in USERNAME, our password in its MESSAGE-INTEGRITY.
struct ice_login {
    struct ice_credentials local;
    char remote_ufrag[ICE_UFRAG_SIZE]; // empty: any
};

struct ice_path {
    struct path path;
    usec checked_at; // last authenticated check
    bool is_old;     // proved under the credentials before the restart only
};

struct ice {
    // given
    struct ice_login login;
    // state
    struct ice_login old; // of before the restart
    usec old_until;       // USEC_NEVER: there are none
    size_t count;
    size_t selected; // where we send, when count > 0
    struct ice_path paths[ICE_MAX_PATHS];
    size_t evicted_count;
    struct path evicted[ICE_MAX_EVICTED];
};

void ice_init(struct ice *ice, const struct ice_credentials *local, const char *remote_ufrag);
void ice_fini(struct ice *ice);

// Answers one authenticated check into the outbox; true when it proved its path. Anything not
// authenticated is dropped and counted, and no byte is written.
bool ice_receive(struct ice *ice, usec now, struct datagram in, struct outbox *out,
                 struct drops *drops) MUST_CHECK;

// Forgets paths without consent, and what a restart left behind.
void ice_tick(struct ice *ice, usec now);
usec ice_deadline(const struct ice *ice);

// Where to send: the path nominated last, before any nomination the first one. NULL: none.
const struct path *ice_selected(const struct ice *ice);
bool ice_has_path(const struct ice *ice, const struct path *path);
bool ice_take_evicted(struct ice *ice, struct path *evicted);
void ice_forget_paths(struct ice *ice);

void ice_restart(struct ice *ice, usec now, const struct ice_credentials *local,
                 const char *remote_ufrag);
bool ice_has_ufrag(const struct ice *ice, const char *ufrag);

#endif
