// SPDX-License-Identifier: AGPL-3.0-or-later
// support/peer.h - a scripted browser's transport: controlling ICE, DTLS client, SRTP both ways.
#ifndef TESTS_SUPPORT_PEER_H
#define TESTS_SUPPORT_PEER_H

#include "base/address.h"
#include "base/bytes.h"
#include "base/err.h"
#include "support/dtls_client.h"
#include "transport/outbox.h"
#include "transport/transport.h"

// No I/O, no clock: works in virtual time by the hundred and over a real socket alike. It shares
// no code with gateway/transport but the types of its doors (and the STUN codec of wire/).
//
//     peer_create(&peer, &(struct peer_options){.seed = 1, .local = credentials});
//     ... offer peer_fingerprint(peer) and the credentials, get an answer ...
//     peer_connect(peer, now, &path, &remote, fingerprint_of_the_answer);
//     for (;;) peer_receive / peer_tick, until peer_state(peer) == PEER_CONNECTED
struct peer;

struct peer_options {
    uint64_t seed;                // of transaction ids and the tie breaker
    struct ice_credentials local; // both empty: made from the seed
    struct dtls_client_options dtls;
    usec check_interval;    // 0: every 2 s, as Chromium; Firefox checks every 5 s
    bool nominates_at_once; // only its first check has USE-CANDIDATE, as Firefox; else all have
};

enum peer_state {
    PEER_NEW,
    PEER_CHECKING,  // peer_connect was called, no check was answered yet
    PEER_HANDSHAKE, // DTLS runs
    PEER_CONNECTED,
    PEER_FAILED // DTLS failed, or the server was not who it should be
};

enum err peer_create(struct peer **made, const struct peer_options *options) MUST_CHECK;
void peer_destroy(struct peer *peer);

// SHA-256 of its certificate and its ICE credentials, for the offer.
const struct fingerprint *peer_fingerprint(const struct peer *peer);
struct fingerprint peer_fingerprint_by(const struct peer *peer, enum fingerprint_hash hash);
const struct ice_credentials *peer_credentials(const struct peer *peer);

// Starts at the next tick. path.local is the peer's address, path.remote the gateway's.
void peer_connect(struct peer *peer, usec now, const struct path *path,
                  const struct ice_credentials *remote, const struct fingerprint *fingerprint);

// A datagram that came to the peer. GOT_RTP, GOT_RTCP: `plain` lies inside in.at. Bytes that are
// nothing to it are ignored.
enum got peer_receive(struct peer *peer, usec now, struct datagram in, struct outbox *out,
                      struct bytes *plain);

// Checks, DTLS flights.
void peer_tick(struct peer *peer, usec now, struct outbox *out);
usec peer_deadline(const struct peer *peer);

// Seals a copy. False before PEER_CONNECTED, when it is no packet, or the outbox is full.
bool peer_send_rtp(struct peer *peer, struct outbox *out, struct bytes packet);
bool peer_send_rtcp(struct peer *peer, struct outbox *out, struct bytes packet);

enum peer_state peer_state(const struct peer *peer);
usec peer_rtt(const struct peer *peer);          // of the last answered check; 0: none yet
uint64_t peer_answered(const struct peer *peer); // how many checks were
bool peer_uses_gcm(const struct peer *peer);

// One check now over any path, beside the regular ones.
void peer_check(struct peer *peer, usec now, const struct path *path, bool nominate,
                struct outbox *out);

// Another network: from now on it sends from `local`, and checks (and nominates) at the next tick.
void peer_move(struct peer *peer, usec now, const struct address *local);

// Neither checks nor answers any more, until peer_move or peer_restart_ice.
void peer_fall_silent(struct peer *peer);

// After a new offer and answer: checks with the new credentials from the next tick on.
void peer_restart_ice(struct peer *peer, usec now, const struct ice_credentials *local,
                      const struct ice_credentials *remote);

// A close_notify.
void peer_close(struct peer *peer, usec now, struct outbox *out);

// The same path seen from its other end.
static inline struct path path_reversed(const struct path *path)
{
    return (struct path){.local = path->remote, .remote = path->local};
}

#endif
