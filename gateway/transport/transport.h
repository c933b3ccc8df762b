// SPDX-License-Identifier: AGPL-3.0-or-later
// transport/transport.h - one encrypted path to one browser: ICE-lite, DTLS, SRTP behind five verbs.
#ifndef GATEWAY_TRANSPORT_TRANSPORT_H
#define GATEWAY_TRANSPORT_TRANSPORT_H

#include "base/address.h"
#include "base/bytes.h"
#include "base/drops.h"
#include "base/err.h"
#include "base/usec.h"

#include <stdbool.h>
#include <stdint.h>

struct certificate; // transport/certificate.h: our DTLS certificate and OpenSSL context
struct outbox;
struct transport;

#define ICE_UFRAG_SIZE 257 // RFC 8839, section 5.4: up to 256 characters, and a NUL
#define ICE_PWD_SIZE 257
#define FINGERPRINT_MAX 64

enum fingerprint_hash { FINGERPRINT_SHA256, FINGERPRINT_SHA384, FINGERPRINT_SHA512 };

// The digest of the certificate the other side must show (RFC 8122, section 5).
struct fingerprint {
    enum fingerprint_hash hash;
    uint8_t len;
    uint8_t digest[FINGERPRINT_MAX];
};

struct ice_credentials {
    char ufrag[ICE_UFRAG_SIZE];
    char pwd[ICE_PWD_SIZE];
};

// A received datagram; its bytes may be changed in place (SRTP opens in place).
struct datagram {
    struct path path;
    uint8_t *at;
    size_t len;
};

enum got { GOT_NOTHING, GOT_RTP, GOT_RTCP };

enum transport_state {
    TRANSPORT_NEW,       // nothing valid heard yet
    TRANSPORT_HANDSHAKE, // ICE proved a path, DTLS runs
    TRANSPORT_CONNECTED, // keys are there
    TRANSPORT_LOST,      // consent expired (RFC 7675); comes back with the next valid check
    TRANSPORT_FAILED     // handshake deadline passed or the wrong certificate: final
};

// `certificate` is borrowed and outlives the transport. The credentials are ours (local); the
// other side's user fragment is checked as the second half of STUN USERNAME when not empty.
enum err transport_create(struct transport **made, struct certificate *certificate,
                          const struct ice_credentials *local, const char *remote_ufrag,
                          const struct fingerprint *remote, usec now) MUST_CHECK;
void transport_destroy(struct transport *t);

// A datagram whose source is a known path of this transport, or a STUN request that names its
// user fragment. GOT_RTP and GOT_RTCP: `plain` is the opened packet, inside in.at. Everything else
// is answered into the outbox or dropped and counted. Never ends the transport on bad bytes.
enum got transport_receive(struct transport *t, usec now, struct datagram in, struct outbox *out,
                           struct bytes *plain);

// Due DTLS retransmissions, handshake deadline, consent.
void transport_tick(struct transport *t, usec now, struct outbox *out);
usec transport_deadline(const struct transport *t);

// Seals the packet of `len` bytes that stands in outbox_room(out) and commits it towards the
// nominated path. False, counted, when there are no keys or consent is lost: the room is then free.
bool transport_send_rtp(struct transport *t, struct outbox *out, size_t len);
bool transport_send_rtcp(struct transport *t, struct outbox *out, size_t len);

// The same datagram once more: it was sealed by this transport, and sent before. To the path in force now.
bool transport_send_sealed(struct transport *t, struct outbox *out, struct bytes datagram);

enum transport_state transport_state(const struct transport *t);
// TRANSPORT_FAILED because the handshake completed with another certificate than was announced.
bool transport_peer_was_wrong(const struct transport *t);
// The other side said goodbye, authenticated, while DTLS was still listened to. Media goes on.
bool transport_peer_closed(const struct transport *t);
// Smoothed round-trip time as far as known from our own exchanges, 0 when unknown.
usec transport_rtt(const struct transport *t);
const struct drops *transport_drops(const struct transport *t);
// Bytes the keys add to an RTP packet (16 for AEAD_AES_128_GCM, 10 for AES_CM_128_HMAC_SHA1_80).
size_t transport_overhead(const struct transport *t);

// Paths that passed an authenticated check: at most 8.
bool transport_has_path(const struct transport *t, const struct path *path);
// Where datagrams are sent to now. NULL: nowhere yet.
const struct path *transport_selected(const struct transport *t);
size_t transport_path_count(const struct transport *t);
const struct path *transport_path_at(const struct transport *t, size_t index);
// A path that was pushed out since the last call; the owner forgets its look-up entry.
bool transport_take_evicted(struct transport *t, struct path *evicted);

// An ICE restart (RFC 8445, section 9): the new credentials are valid at once, the old ones and
// their paths until the first nomination under the new ones or 10 s. DTLS and SRTP go on.
void transport_restart_ice(struct transport *t, usec now, const struct ice_credentials *local,
                           const char *remote_ufrag);
// Does this user fragment (ours, first half of USERNAME) belong to this transport now?
bool transport_has_ufrag(const struct transport *t, const char *ufrag);

#endif
