// SPDX-License-Identifier: AGPL-3.0-or-later
// transport/transport.c - the seam of ICE, DTLS and SRTP: classify, delegate, count what is dropped.
#include "transport/transport.h"

#include "base/mem.h"
#include "transport/dtls.h"
#include "transport/ice.h"
#include "transport/outbox.h"
#include "transport/srtp.h"
#include "wire/demux.h"

#define HANDSHAKE_TIME SEC(10)
#define FIRST_RTT_MAX MSEC(500) // a browser that took longer was doing something else

struct transport {
    // owned
    struct ice ice;
    struct dtls dtls;
    struct srtp *srtp; // NULL before the keys
    // state
    enum transport_state state;
    bool peer_was_wrong;
    usec first_check_at;
    usec handshake_deadline; // USEC_NEVER: not begun, or DTLS is done with
    struct drops drops;
};

enum err transport_create(struct transport **made, struct certificate *certificate,
                          const struct ice_credentials *local, const char *remote_ufrag,
                          const struct fingerprint *remote, usec now)
{
    struct transport *t = mem_zero(sizeof *t);
    if (!t)
        return ERR_NO_MEMORY;

    ice_init(&t->ice, local, remote_ufrag);
    dtls_init(&t->dtls, certificate, remote);
    t->state = TRANSPORT_NEW;
    t->first_check_at = now;
    t->handshake_deadline = USEC_NEVER;
    *made = t;
    return ERR_OK;
}

void transport_destroy(struct transport *t)
{
    if (!t)
        return;
    srtp_stop(t->srtp);
    dtls_fini(&t->dtls);
    ice_fini(&t->ice);
    mem_free(t);
}

// --- changes of state ----------------------------------------------------------------------------

static void fail(struct transport *t)
{
    dtls_fini(&t->dtls);
    ice_forget_paths(&t->ice);
    t->handshake_deadline = USEC_NEVER;
    t->state = TRANSPORT_FAILED;
}

static void release_dtls(struct transport *t)
{
    dtls_fini(&t->dtls);
    t->handshake_deadline = USEC_NEVER;
}

static void path_proved(struct transport *t, usec now)
{
    if (t->state == TRANSPORT_NEW) {
        t->state = TRANSPORT_HANDSHAKE;
        t->first_check_at = now;
        t->handshake_deadline = now + HANDSHAKE_TIME;
    } else if (t->state == TRANSPORT_LOST) {
        t->state = TRANSPORT_CONNECTED;
    }
}

static void take_keys(struct transport *t)
{
    struct srtp_keys keys;

    if (dtls_export(&t->dtls, &keys) == ERR_OK && srtp_start(&t->srtp, &keys) == ERR_OK)
        t->state = TRANSPORT_CONNECTED;
    else
        fail(t);
    mem_wipe(&keys, sizeof keys);
}

// --- receiving -----------------------------------------------------------------------------------

static enum got drop(struct transport *t, enum drop reason)
{
    t->drops.count[reason]++;
    return GOT_NOTHING;
}

static enum got receive_check(struct transport *t, usec now, struct datagram in, struct outbox *out)
{
    if (t->state == TRANSPORT_FAILED)
        return drop(t, DROP_UNKNOWN_UFRAG);
    if (ice_receive(&t->ice, now, in, out, &t->drops))
        path_proved(t, now);
    return GOT_NOTHING;
}

static enum got receive_dtls(struct transport *t, usec now, struct datagram in, struct outbox *out)
{
    if (!ice_has_path(&t->ice, &in.path))
        return drop(t, DROP_UNKNOWN_PEER);
    // The first ClientHello is an answer to our first STUN response.
    if (t->dtls.begun == 0 && now - t->first_check_at <= FIRST_RTT_MAX)
        t->dtls.rtt = now - t->first_check_at;
    switch (dtls_receive(&t->dtls, now, bytes_of(in.at, in.len), ice_selected(&t->ice), out,
                         &t->drops)) {
    case DTLS_KEYS:
        take_keys(t);
        break;
    case DTLS_WRONG_PEER:
        t->peer_was_wrong = true;
        fail(t);
        break;
    case DTLS_RUNNING:
        break;
    }
    return GOT_NOTHING;
}

static enum got receive_media(struct transport *t, enum packet_kind kind, struct datagram in,
                              struct bytes *plain)
{
    if (!t->srtp)
        return drop(t, DROP_NOT_CONNECTED);
    if (!ice_has_path(&t->ice, &in.path))
        return drop(t, DROP_UNKNOWN_PEER);
    if (kind == PACKET_RTP ? !srtp_open_rtp(t->srtp, in.at, in.len, plain, &t->drops)
                           : !srtp_open_rtcp(t->srtp, in.at, in.len, plain, &t->drops))
        return GOT_NOTHING;
    // Only who has our Finished can seal: no flight will be asked for again.
    if (t->dtls.attempts[0])
        release_dtls(t);
    return kind == PACKET_RTP ? GOT_RTP : GOT_RTCP;
}

enum got transport_receive(struct transport *t, usec now, struct datagram in, struct outbox *out,
                           struct bytes *plain)
{
    const enum packet_kind kind = demux(bytes_of(in.at, in.len));

    switch (kind) {
    case PACKET_STUN:
        return receive_check(t, now, in, out);
    case PACKET_DTLS:
        return receive_dtls(t, now, in, out);
    case PACKET_RTP:
    case PACKET_RTCP:
        return receive_media(t, kind, in, plain);
    case PACKET_UNKNOWN:
        break;
    }
    return drop(t, DROP_UNKNOWN_KIND);
}

// --- time ----------------------------------------------------------------------------------------

void transport_tick(struct transport *t, usec now, struct outbox *out)
{
    ice_tick(&t->ice, now);
    if (t->state == TRANSPORT_CONNECTED && !ice_selected(&t->ice))
        t->state = TRANSPORT_LOST;
    if (t->handshake_deadline <= now) {
        if (t->srtp)
            release_dtls(t);
        else
            fail(t);
    }
    if (ice_selected(&t->ice))
        dtls_tick(&t->dtls, now, ice_selected(&t->ice), out);
}

usec transport_deadline(const struct transport *t)
{
    usec deadline = usec_min(ice_deadline(&t->ice), t->handshake_deadline);

    if (ice_selected(&t->ice))
        deadline = usec_min(deadline, dtls_deadline(&t->dtls));
    return deadline;
}

// --- sending -------------------------------------------------------------------------------------

typedef bool seal(struct srtp *srtp, uint8_t *at, size_t *len, size_t size);

static bool send(struct transport *t, struct outbox *out, size_t len, seal *seal_packet)
{
    uint8_t *room = outbox_room(out);
    const struct path *path = ice_selected(&t->ice);

    if (!room)
        return drop(t, DROP_OUTBOX_FULL) != GOT_NOTHING;
    if (t->state != TRANSPORT_CONNECTED || !path)
        return drop(t, DROP_NOT_CONNECTED) != GOT_NOTHING;
    if (!seal_packet(t->srtp, room, &len, OUTBOX_MTU))
        return drop(t, DROP_BAD_SRTP) != GOT_NOTHING;
    outbox_commit(out, path, len);
    return true;
}

bool transport_send_rtp(struct transport *t, struct outbox *out, size_t len)
{
    return send(t, out, len, srtp_seal_rtp);
}

bool transport_send_rtcp(struct transport *t, struct outbox *out, size_t len)
{
    return send(t, out, len, srtp_seal_rtcp);
}

bool transport_send_sealed(struct transport *t, struct outbox *out, struct bytes datagram)
{
    const struct path *path = ice_selected(&t->ice);

    if (t->state != TRANSPORT_CONNECTED || !path)
        return drop(t, DROP_NOT_CONNECTED) != GOT_NOTHING;
    if (!outbox_put(out, path, datagram))
        return drop(t, DROP_OUTBOX_FULL) != GOT_NOTHING;
    return true;
}

// --- what the owner asks and tells ---------------------------------------------------------------

enum transport_state transport_state(const struct transport *t)
{
    return t->state;
}

bool transport_peer_was_wrong(const struct transport *t)
{
    return t->peer_was_wrong;
}

bool transport_peer_closed(const struct transport *t)
{
    return t->dtls.is_closed;
}

usec transport_rtt(const struct transport *t)
{
    return t->dtls.rtt;
}

const struct drops *transport_drops(const struct transport *t)
{
    return &t->drops;
}

size_t transport_overhead(const struct transport *t)
{
    // Before the keys: the larger of what it can become.
    return t->srtp ? srtp_overhead(t->srtp) : 16;
}

bool transport_has_path(const struct transport *t, const struct path *path)
{
    return ice_has_path(&t->ice, path);
}

const struct path *transport_selected(const struct transport *t)
{
    return ice_selected(&t->ice);
}

size_t transport_path_count(const struct transport *t)
{
    return t->ice.count;
}

const struct path *transport_path_at(const struct transport *t, size_t index)
{
    return &t->ice.paths[index].path;
}

bool transport_take_evicted(struct transport *t, struct path *evicted)
{
    return ice_take_evicted(&t->ice, evicted);
}

void transport_restart_ice(struct transport *t, usec now, const struct ice_credentials *local,
                           const char *remote_ufrag)
{
    ice_restart(&t->ice, now, local, remote_ufrag);
}

bool transport_has_ufrag(const struct transport *t, const char *ufrag)
{
    return ice_has_ufrag(&t->ice, ufrag);
}
