// SPDX-License-Identifier: AGPL-3.0-or-later
// transport/dtls.c - handshakes over OpenSSL, one SSL object each.
#include "transport/dtls.h"

#include "base/mem.h"
#include "transport/certificate.h"
#include "transport/dtls_bio.h"
#include "transport/dtls_record.h"
#include "transport/openssl.h"

#include <string.h>

#define RESEND_MIN MSEC(50)
#define RESEND_MAX SEC(2)
#define EXPORT_LABEL "EXTRACTOR-dtls_srtp" // RFC 5764, section 4.2

struct dtls_attempt {
    // owned
    SSL *ssl;
    // state
    struct dtls_bio bio;
    size_t mark_len; // of the ClientHello it is about; 0: its start is still to come
    uint8_t mark[DTLS_HELLO_MARK];
    usec sent_at; // the last flight; USEC_NEVER: none, or it was sent again since
    usec resend_at;
    usec resend_interval;
};

// --- attempts ------------------------------------------------------------------------------------

static void attempt_destroy(struct dtls_attempt *attempt)
{
    if (!attempt)
        return;
    SSL_free(attempt->ssl);
    ERR_clear_error();
    mem_free(attempt);
}

// OpenSSL's own timer goes by the wall clock; an hour is beyond any handshake of ours.
static unsigned never_in_time(SSL *ssl, unsigned interval)
{
    (void)ssl;
    (void)interval;
    return 3600u * 1000000;
}

static struct dtls_attempt *attempt_create(const struct certificate *certificate)
{
    struct dtls_attempt *attempt = mem_zero(sizeof *attempt);
    if (!attempt)
        return NULL;

    attempt->sent_at = USEC_NEVER;
    attempt->resend_at = USEC_NEVER;
    attempt->ssl = SSL_new(certificate_settings(certificate));
    BIO *bio =
        attempt->ssl ? dtls_bio_open(certificate_bio_method(certificate), &attempt->bio) : NULL;
    if (!bio) {
        attempt_destroy(attempt);
        return NULL;
    }
    SSL_set_bio(attempt->ssl, bio, bio);
    (void)SSL_set_mtu(attempt->ssl, DTLS_MTU);
    DTLS_set_timer_cb(attempt->ssl, never_in_time);
    SSL_set_accept_state(attempt->ssl);
    return attempt;
}

// The flight just sent waits for an answer from `now` on.
static void expect_answer(struct dtls_attempt *attempt, usec now, usec rtt)
{
    attempt->sent_at = now;
    attempt->resend_interval = 2 * rtt > RESEND_MIN ? 2 * rtt : RESEND_MIN;
    if (attempt->resend_interval > RESEND_MAX)
        attempt->resend_interval = RESEND_MAX;
    attempt->resend_at = now + attempt->resend_interval;
}

static void lend(struct dtls_attempt *attempt, const struct path *path, struct outbox *out)
{
    attempt->bio.pending = bytes_of(NULL, 0);
    attempt->bio.path = path;
    attempt->bio.out = out;
    attempt->bio.wrote = false;
}

// False when nothing can come of this attempt any more.
static bool shake_hands(struct dtls_attempt *attempt)
{
    ERR_clear_error();
    flight_end(&attempt->bio.flight);
    const int result = SSL_do_handshake(attempt->ssl);
    return result == 1 || SSL_get_error(attempt->ssl, result) == SSL_ERROR_WANT_READ;
}

// After the handshake: repeats our Finished when the client repeats its own.
static bool listen(struct dtls_attempt *attempt, struct bytes datagram)
{
    uint8_t unwanted[256];
    int got;

    ERR_clear_error();
    attempt->bio.pending = datagram;
    do
        got = SSL_read(attempt->ssl, unwanted, sizeof unwanted);
    while (got > 0);
    return SSL_get_error(attempt->ssl, got) == SSL_ERROR_WANT_READ;
}

// --- which attempt a datagram is for -------------------------------------------------------------

// Everything without the start of a ClientHello may be about any attempt.
static bool is_about(const struct dtls_attempt *attempt, struct bytes mark)
{
    const size_t len = mark.len < attempt->mark_len ? mark.len : attempt->mark_len;
    return bytes_equal(bytes_of(mark.at, len), bytes_of(attempt->mark, len));
}

static void take_mark(struct dtls_attempt *attempt, struct bytes mark)
{
    if (mark.len <= attempt->mark_len)
        return;
    memcpy(attempt->mark, mark.at, mark.len);
    attempt->mark_len = mark.len;
}

static void end_attempt(struct dtls *dtls, size_t at)
{
    attempt_destroy(dtls->attempts[at]);
    for (; at + 1 < DTLS_ATTEMPTS; at++)
        dtls->attempts[at] = dtls->attempts[at + 1];
    dtls->attempts[DTLS_ATTEMPTS - 1] = NULL;
}

// NULL when there were too many, or no memory.
static struct dtls_attempt *begin_attempt(struct dtls *dtls)
{
    struct dtls_attempt *made =
        dtls->begun <= DTLS_MAX_RESETS ? attempt_create(dtls->certificate) : NULL;

    if (!made)
        return NULL;
    dtls->begun++;
    attempt_destroy(dtls->attempts[DTLS_ATTEMPTS - 1]);
    memmove(&dtls->attempts[1], &dtls->attempts[0], (DTLS_ATTEMPTS - 1) * sizeof made);
    dtls->attempts[0] = made;
    return made;
}

// A part of a ClientHello that nobody works on yet begins an attempt.
static void choose_attempt(struct dtls *dtls, const struct dtls_glance *glance)
{
    struct dtls_attempt *chosen = NULL;

    if (!glance->has_hello)
        return;
    for (size_t i = 0; i < DTLS_ATTEMPTS && dtls->attempts[i] && !chosen; i++)
        if (is_about(dtls->attempts[i], glance->mark))
            chosen = dtls->attempts[i];
    if (!chosen)
        chosen = begin_attempt(dtls);
    if (chosen)
        take_mark(chosen, glance->mark);
}

// --- the certificate -----------------------------------------------------------------------------

static const EVP_MD *digest_of(enum fingerprint_hash hash)
{
    switch (hash) {
    case FINGERPRINT_SHA256:
        return EVP_sha256();
    case FINGERPRINT_SHA384:
        return EVP_sha384();
    case FINGERPRINT_SHA512:
        return EVP_sha512();
    }
    return NULL;
}

static bool is_expected(SSL *ssl, const struct fingerprint *expected)
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    const EVP_MD *hash = digest_of(expected->hash);
    X509 *shown = SSL_get1_peer_certificate(ssl);
    const bool made = shown && hash && X509_digest(shown, hash, digest, &len) == 1;

    X509_free(shown);
    return made && len > 0 &&
           bytes_equal_secret(bytes_of(digest, len), bytes_of(expected->digest, expected->len));
}

static bool has_profile(SSL *ssl, enum srtp_profile *profile)
{
    const SRTP_PROTECTION_PROFILE *chosen = SSL_get_selected_srtp_profile(ssl);

    if (!chosen)
        return false;
    *profile = chosen->id == SRTP_AEAD_AES_128_GCM ? SRTP_GCM_128 : SRTP_CM_128_SHA1_80;
    return chosen->id == SRTP_AEAD_AES_128_GCM || chosen->id == SRTP_AES128_CM_SHA1_80;
}

// --- the four verbs ------------------------------------------------------------------------------

void dtls_init(struct dtls *dtls, struct certificate *certificate, const struct fingerprint *remote)
{
    *dtls = (struct dtls){.remote = *remote, .certificate = certificate};
}

void dtls_fini(struct dtls *dtls)
{
    while (dtls->attempts[0])
        end_attempt(dtls, 0);
}

static enum dtls_progress finish(struct dtls *dtls, size_t at)
{
    struct dtls_attempt *done = dtls->attempts[at];

    done->resend_at = USEC_NEVER;
    dtls->attempts[at] = NULL;
    for (size_t i = 0; i < DTLS_ATTEMPTS; i++)
        attempt_destroy(dtls->attempts[i]);
    memset(dtls->attempts, 0, sizeof dtls->attempts);
    dtls->attempts[0] = done;
    if (!is_expected(done->ssl, &dtls->remote)) {
        dtls_fini(dtls);
        return DTLS_WRONG_PEER;
    }
    dtls->is_established = true;
    return DTLS_KEYS;
}

// False when the attempt failed.
static bool advance(struct dtls *dtls, struct dtls_attempt *attempt, usec now,
                    struct bytes datagram)
{
    const usec sent_at = attempt->sent_at;

    attempt->bio.pending = datagram;
    if (!shake_hands(attempt))
        return false;
    if (attempt->bio.wrote)
        expect_answer(attempt, now, dtls->rtt);
    if (SSL_is_init_finished(attempt->ssl) && sent_at != USEC_NEVER)
        dtls->rtt = now - sent_at;
    return true;
}

static enum dtls_progress handshake(struct dtls *dtls, usec now, struct bytes datagram,
                                    const struct path *path, struct outbox *out,
                                    struct drops *drops)
{
    struct dtls_glance glance;
    size_t at = 0;

    if (!dtls_glance_at(&glance, datagram)) {
        drops->count[DROP_DTLS]++;
        return DTLS_RUNNING;
    }
    choose_attempt(dtls, &glance);
    if (!dtls->attempts[0])
        drops->count[DROP_DTLS]++;
    while (at < DTLS_ATTEMPTS && dtls->attempts[at]) {
        struct dtls_attempt *attempt = dtls->attempts[at];

        if (!is_about(attempt, glance.mark)) {
            at++;
            continue;
        }
        lend(attempt, path, out);
        const bool lives = advance(dtls, attempt, now, datagram);
        lend(attempt, NULL, NULL);
        if (lives && SSL_is_init_finished(attempt->ssl))
            return finish(dtls, at);
        if (lives) {
            at++;
        } else {
            drops->count[DROP_DTLS]++;
            end_attempt(dtls, at);
        }
    }
    return DTLS_RUNNING;
}

enum dtls_progress dtls_receive(struct dtls *dtls, usec now, struct bytes datagram,
                                const struct path *path, struct outbox *out, struct drops *drops)
{
    if (!dtls->is_established)
        return handshake(dtls, now, datagram, path, out, drops);
    struct dtls_attempt *done = dtls->attempts[0];
    if (!done) {
        drops->count[DROP_DTLS]++;
        return DTLS_RUNNING;
    }
    lend(done, path, out);
    const bool lives = listen(done, datagram);
    lend(done, NULL, NULL);
    dtls->is_closed = dtls->is_closed || (SSL_get_shutdown(done->ssl) & SSL_RECEIVED_SHUTDOWN);
    if (!lives)
        end_attempt(dtls, 0); // media goes on by the keys there are
    return DTLS_RUNNING;
}

enum err dtls_export(struct dtls *dtls, struct srtp_keys *keys)
{
    uint8_t material[2 * (SRTP_KEY_LEN + SRTP_MAX_SALT_LEN)];
    SSL *ssl = dtls->attempts[0] ? dtls->attempts[0]->ssl : NULL;

    if (!ssl || !has_profile(ssl, &keys->profile))
        return ERR_STATE;
    const size_t salt_len = srtp_salt_len(keys->profile);
    if (SSL_export_keying_material(ssl, material, 2 * (SRTP_KEY_LEN + salt_len), EXPORT_LABEL,
                                   sizeof EXPORT_LABEL - 1, NULL, 0, 0) != 1)
        return ERR_NO_MEMORY;
    // RFC 5764, section 4.2: client key, server key, client salt, server salt. We are the server.
    const uint8_t *salts = material + (size_t)2 * SRTP_KEY_LEN;
    memcpy(keys->remote, material, SRTP_KEY_LEN);
    memcpy(keys->local, material + SRTP_KEY_LEN, SRTP_KEY_LEN);
    memcpy(keys->remote + SRTP_KEY_LEN, salts, salt_len);
    memcpy(keys->local + SRTP_KEY_LEN, salts + salt_len, salt_len);
    mem_wipe(material, sizeof material);
    return ERR_OK;
}

void dtls_tick(struct dtls *dtls, usec now, const struct path *path, struct outbox *out)
{
    for (size_t i = 0; i < DTLS_ATTEMPTS && dtls->attempts[i]; i++) {
        struct dtls_attempt *attempt = dtls->attempts[i];

        if (attempt->resend_at > now)
            continue;
        flight_repeat(&attempt->bio.flight, path, out);
        attempt->sent_at = USEC_NEVER; // an answer could be to either
        attempt->resend_interval = usec_min(2 * attempt->resend_interval, RESEND_MAX);
        attempt->resend_at = now + attempt->resend_interval;
    }
}

usec dtls_deadline(const struct dtls *dtls)
{
    usec deadline = USEC_NEVER;

    for (size_t i = 0; i < DTLS_ATTEMPTS && dtls->attempts[i]; i++)
        deadline = usec_min(deadline, dtls->attempts[i]->resend_at);
    return deadline;
}
