// SPDX-License-Identifier: AGPL-3.0-or-later
// support/peer.c - checks, handshake and sealed packets of one scripted browser.
#include "support/peer.h"

#include "base/mem.h"
#include "crypto/hash.h"
#include "support/random.h"
#include "wire/stun.h"

#include <srtp2/srtp.h>
#include <stdio.h>
#include <string.h>

#define CHECK_INTERVAL SEC(2)
#define FIRST_CHECK_INTERVAL MSEC(50)
#define OUTSTANDING 8

struct check {
    uint8_t id[STUN_ID_LEN];
    usec sent_at; // 0: answered, or never sent
};

struct peer {
    // given
    struct peer_options options;
    struct path path;
    struct ice_credentials local;
    struct ice_credentials remote;
    struct fingerprint remote_fingerprint;
    // owned
    struct dtls_client *dtls;
    srtp_t inbound;
    srtp_t outbound;
    // state
    enum peer_state state;
    struct random random;
    uint64_t tie_breaker;
    struct check checks[OUTSTANDING];
    size_t next_check;
    bool is_proved; // a check over the present path was answered
    bool uses_gcm;
    usec check_at;
    usec rtt;
    uint64_t answered;
};

static void draw_text(struct random *random, char *to, size_t len)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < len; i++)
        to[i] = letters[random_below(random, sizeof letters - 1)];
    to[len] = '\0';
}

enum err peer_create(struct peer **made, const struct peer_options *options)
{
    struct peer *peer = mem_zero(sizeof *peer);
    if (!peer)
        return ERR_NO_MEMORY;

    peer->options = *options;
    peer->random = random_seeded(options->seed);
    peer->tie_breaker = random_u64(&peer->random);
    peer->local = options->local;
    peer->check_at = USEC_NEVER;
    if (peer->local.ufrag[0] == '\0') {
        draw_text(&peer->random, peer->local.ufrag, 8);
        draw_text(&peer->random, peer->local.pwd, 24);
    }
    if (peer->options.check_interval == 0)
        peer->options.check_interval = CHECK_INTERVAL;
    (void)srtp_init(); // fails when it was called before
    if (dtls_client_create(&peer->dtls, &options->dtls) != ERR_OK) {
        peer_destroy(peer);
        return ERR_NO_MEMORY;
    }
    *made = peer;
    return ERR_OK;
}

void peer_destroy(struct peer *peer)
{
    if (!peer)
        return;
    if (peer->inbound)
        (void)srtp_dealloc(peer->inbound);
    if (peer->outbound)
        (void)srtp_dealloc(peer->outbound);
    dtls_client_destroy(peer->dtls);
    mem_free(peer);
}

const struct fingerprint *peer_fingerprint(const struct peer *peer)
{
    return dtls_client_fingerprint(peer->dtls);
}

struct fingerprint peer_fingerprint_by(const struct peer *peer, enum fingerprint_hash hash)
{
    return dtls_client_fingerprint_by(peer->dtls, hash);
}

const struct ice_credentials *peer_credentials(const struct peer *peer)
{
    return &peer->local;
}

void peer_connect(struct peer *peer, usec now, const struct path *path,
                  const struct ice_credentials *remote, const struct fingerprint *fingerprint)
{
    peer->path = *path;
    peer->remote = *remote;
    peer->remote_fingerprint = *fingerprint;
    peer->state = PEER_CHECKING;
    peer->check_at = now;
}

// --- ICE -----------------------------------------------------------------------------------------

static void authenticate(uint8_t tag[static SHA1_SIZE], const char *pwd, struct bytes input)
{
    hash_hmac_sha1(tag, bytes_of_string(pwd), input, bytes_of(NULL, 0));
}

void peer_check(struct peer *peer, usec now, const struct path *path, bool nominate,
                struct outbox *out)
{
    struct check *check = &peer->checks[peer->next_check++ % OUTSTANDING];
    char username[2 * ICE_UFRAG_SIZE];
    uint8_t message[STUN_MAX_LEN];
    uint8_t tag[SHA1_SIZE];
    struct writer request = writer_over(message, sizeof message);

    random_fill(&peer->random, check->id, sizeof check->id);
    check->sent_at = now;
    (void)snprintf(username, sizeof username, "%s:%s", peer->remote.ufrag, peer->local.ufrag);
    stun_write_request(&request, &(struct stun_request){.id = check->id,
                                                        .username = bytes_of_string(username),
                                                        .priority = 0x6e001eff,
                                                        .tie_breaker = peer->tie_breaker,
                                                        .controlling = true,
                                                        .use_candidate = nominate});
    authenticate(tag, peer->remote.pwd, stun_integrity_begin(&request));
    stun_integrity_end(&request, tag);
    stun_write_fingerprint(&request);
    if (request.ok)
        (void)outbox_put(out, path, bytes_of(message, writer_len(&request)));
}

static struct check *find_check(struct peer *peer, struct bytes id)
{
    for (size_t i = 0; i < OUTSTANDING && i < peer->next_check; i++)
        if (bytes_equal(id, bytes_of(peer->checks[i].id, STUN_ID_LEN)))
            return &peer->checks[i];
    return NULL;
}

static void receive_answer(struct peer *peer, usec now, struct datagram in,
                           const struct stun_view *stun)
{
    uint8_t copy[STUN_MAX_LEN];
    uint8_t tag[SHA1_SIZE];

    if (stun->integrity.len != STUN_INTEGRITY_LEN || !stun->has_mapped)
        return;
    const struct check *check = find_check(peer, stun->id);
    authenticate(tag, peer->remote.pwd, stun_integrity_input(stun, copy));
    if (!check || !bytes_equal(stun->integrity, bytes_of(tag, sizeof tag)) ||
        !address_equal(&stun->mapped, &in.path.local))
        return;
    peer->answered++;
    peer->rtt = now - check->sent_at;
    if (path_equal(&in.path, &peer->path) && !peer->is_proved) {
        peer->is_proved = true;
        peer->check_at = now + peer->options.check_interval;
    }
    if (peer->state == PEER_CHECKING)
        peer->state = PEER_HANDSHAKE;
}

// Of a full ICE agent, which checks its own way back.
static void answer_check(struct peer *peer, struct datagram in, const struct stun_view *stun,
                         struct outbox *out)
{
    uint8_t copy[STUN_MAX_LEN];
    uint8_t tag[SHA1_SIZE];
    uint8_t message[STUN_MAX_LEN];
    struct writer answer = writer_over(message, sizeof message);

    if (stun->integrity.len != STUN_INTEGRITY_LEN)
        return;
    authenticate(tag, peer->local.pwd, stun_integrity_input(stun, copy));
    if (!bytes_equal(stun->integrity, bytes_of(tag, sizeof tag)))
        return;
    stun_write_success(&answer, stun->id.at, &in.path.remote);
    authenticate(tag, peer->local.pwd, stun_integrity_begin(&answer));
    stun_integrity_end(&answer, tag);
    stun_write_fingerprint(&answer);
    if (answer.ok)
        (void)outbox_put(out, &in.path, bytes_of(message, writer_len(&answer)));
}

static void receive_stun(struct peer *peer, usec now, struct datagram in, struct outbox *out)
{
    struct stun_view stun;

    if (!stun_read(&stun, bytes_of(in.at, in.len)))
        return;
    if (stun.kind == STUN_REQUEST)
        answer_check(peer, in, &stun, out);
    else if (stun.kind == STUN_SUCCESS)
        receive_answer(peer, now, in, &stun);
}

static void check_again(struct peer *peer, usec now)
{
    peer->is_proved = false;
    peer->check_at = now;
}

void peer_move(struct peer *peer, usec now, const struct address *local)
{
    peer->path.local = *local;
    check_again(peer, now);
}

void peer_fall_silent(struct peer *peer)
{
    peer->check_at = USEC_NEVER;
}

void peer_restart_ice(struct peer *peer, usec now, const struct ice_credentials *local,
                      const struct ice_credentials *remote)
{
    peer->local = *local;
    peer->remote = *remote;
    check_again(peer, now);
}

// --- keys ----------------------------------------------------------------------------------------

static bool make_session(srtp_t *made, bool gcm, uint8_t *key, srtp_ssrc_type_t direction)
{
    srtp_policy_t policy = {.ssrc = {.type = direction}, .key = key, .window_size = 1024};

    if (gcm) {
        srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp);
        srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp);
    } else {
        srtp_crypto_policy_set_rtp_default(&policy.rtp);
        srtp_crypto_policy_set_rtcp_default(&policy.rtcp);
    }
    return srtp_create(made, &policy) == srtp_err_status_ok;
}

static void take_keys(struct peer *peer)
{
    struct dtls_client_keys keys;
    const enum dtls_client_state state = dtls_client_state(peer->dtls, &peer->remote_fingerprint);

    if (peer->state != PEER_HANDSHAKE || state == DTLS_CLIENT_RUNNING)
        return;
    peer->state = PEER_FAILED;
    if (state != DTLS_CLIENT_DONE || !dtls_client_keys(peer->dtls, &keys))
        return;
    peer->uses_gcm = keys.gcm;
    if (make_session(&peer->inbound, keys.gcm, keys.remote, ssrc_any_inbound) &&
        make_session(&peer->outbound, keys.gcm, keys.local, ssrc_any_outbound))
        peer->state = PEER_CONNECTED;
}

// --- datagrams and time --------------------------------------------------------------------------

static enum got receive_media(struct peer *peer, struct datagram in, struct bytes *plain)
{
    int len = (int)in.len;
    const bool rtcp = in.at[1] >= 192 && in.at[1] <= 223;

    if (!peer->inbound || (rtcp ? srtp_unprotect_rtcp(peer->inbound, in.at, &len)
                                : srtp_unprotect(peer->inbound, in.at, &len)) != srtp_err_status_ok)
        return GOT_NOTHING;
    *plain = bytes_of(in.at, (size_t)len);
    return rtcp ? GOT_RTCP : GOT_RTP;
}

enum got peer_receive(struct peer *peer, usec now, struct datagram in, struct outbox *out,
                      struct bytes *plain)
{
    if (in.len < 12)
        return GOT_NOTHING;
    if (in.at[0] < 4) {
        receive_stun(peer, now, in, out);
        if (peer->state == PEER_HANDSHAKE && dtls_client_deadline(peer->dtls) == USEC_NEVER)
            dtls_client_tick(peer->dtls, now, &peer->path, out);
        return GOT_NOTHING;
    }
    if (in.at[0] >= 20 && in.at[0] <= 63) {
        if (peer->state >= PEER_HANDSHAKE)
            dtls_client_receive(peer->dtls, now, bytes_of(in.at, in.len), &peer->path, out);
        take_keys(peer);
        return GOT_NOTHING;
    }
    return in.at[0] >= 128 && in.at[0] <= 191 ? receive_media(peer, in, plain) : GOT_NOTHING;
}

void peer_tick(struct peer *peer, usec now, struct outbox *out)
{
    if (peer->check_at <= now) {
        // Until the path answers, the nomination may have been lost.
        const bool nominate = !peer->options.nominates_at_once || !peer->is_proved;

        peer_check(peer, now, &peer->path, nominate, out);
        peer->check_at =
            now + (peer->is_proved ? peer->options.check_interval : FIRST_CHECK_INTERVAL);
    }
    if (peer->state == PEER_HANDSHAKE && dtls_client_deadline(peer->dtls) <= now) {
        dtls_client_tick(peer->dtls, now, &peer->path, out);
        take_keys(peer);
    }
}

usec peer_deadline(const struct peer *peer)
{
    return peer->state == PEER_HANDSHAKE
               ? usec_min(peer->check_at, dtls_client_deadline(peer->dtls))
               : peer->check_at;
}

typedef srtp_err_status_t protect(srtp_t session, void *packet, int *len);

static bool send_sealed(struct peer *peer, struct outbox *out, struct bytes packet, protect *seal)
{
    uint8_t *room = outbox_room(out);
    int len = (int)packet.len;

    if (peer->state != PEER_CONNECTED || !room || packet.len + 32 > OUTBOX_MTU)
        return false;
    memcpy(room, packet.at, packet.len);
    if (seal(peer->outbound, room, &len) != srtp_err_status_ok)
        return false;
    outbox_commit(out, &peer->path, (size_t)len);
    return true;
}

bool peer_send_rtp(struct peer *peer, struct outbox *out, struct bytes packet)
{
    return send_sealed(peer, out, packet, srtp_protect);
}

bool peer_send_rtcp(struct peer *peer, struct outbox *out, struct bytes packet)
{
    return send_sealed(peer, out, packet, srtp_protect_rtcp);
}

enum peer_state peer_state(const struct peer *peer)
{
    return peer->state;
}

usec peer_rtt(const struct peer *peer)
{
    return peer->rtt;
}

uint64_t peer_answered(const struct peer *peer)
{
    return peer->answered;
}

bool peer_uses_gcm(const struct peer *peer)
{
    return peer->uses_gcm;
}

void peer_close(struct peer *peer, usec now, struct outbox *out)
{
    dtls_client_close(peer->dtls, now, &peer->path, out);
}
