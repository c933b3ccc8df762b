// SPDX-License-Identifier: AGPL-3.0-or-later
// support/dtls_client.c - OpenSSL as a DTLS client whose clock is the caller's.
#include "support/dtls_client.h"

#include "base/mem.h"
#include "transport/openssl.h"
#include "transport/outbox.h"

#include <string.h>
#include <sys/time.h>
#include <time.h>

#define MTU 1200
#define FIRST_TIMEOUT_MICROSECONDS 50000u
#define EXPORT_LABEL "EXTRACTOR-dtls_srtp"

struct dtls_identity {
    // owned
    SSL_CTX *settings;
    EVP_PKEY *key;
    X509 *certificate;
    BIO_METHOD *bio_method;
    // state
    struct fingerprint fingerprint;
};

struct dtls_client {
    // borrowed: outlives this client, when it is not its own
    struct dtls_identity *identity;
    // owned
    struct dtls_identity *own;
    SSL *ssl;
    // borrowed, for one call
    struct bytes pending;
    const struct path *path;
    struct outbox *out;
    // state
    bool failed;
    usec deadline; // USEC_NEVER: nothing to repeat
};

// --- the clock -----------------------------------------------------------------------------------

// OpenSSL keeps its DTLS timer by gettimeofday. A program that links this file has its own, which
// tells virtual time while a client here is at work and the time of day otherwise.
static _Thread_local usec pretended = -1;
#define PRETENDED_EPOCH SEC(1000000)

int gettimeofday(struct timeval *restrict now, void *restrict zone);

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    struct timespec real;

    (void)zone;
    if (pretended >= 0) {
        now->tv_sec = (time_t)(pretended / SEC(1));
        now->tv_usec = (suseconds_t)(pretended % SEC(1));
        return 0;
    }
    (void)clock_gettime(CLOCK_REALTIME, &real);
    now->tv_sec = real.tv_sec;
    now->tv_usec = (suseconds_t)(real.tv_nsec / 1000);
    return 0;
}

static unsigned doubled(SSL *ssl, unsigned interval)
{
    (void)ssl;
    return interval == 0 ? FIRST_TIMEOUT_MICROSECONDS : 2 * interval;
}

static void begin(struct dtls_client *client, usec now, struct bytes pending,
                  const struct path *path, struct outbox *out)
{
    pretended = PRETENDED_EPOCH + now;
    client->pending = pending;
    client->path = path;
    client->out = out;
    ERR_clear_error();
}

static void end(struct dtls_client *client, usec now)
{
    struct timeval left;

    client->deadline = USEC_NEVER;
    if (!client->failed && !SSL_is_init_finished(client->ssl) &&
        DTLSv1_get_timeout(client->ssl, &left) == 1)
        client->deadline = now + SEC(left.tv_sec) + left.tv_usec;
    client->pending = bytes_of(NULL, 0);
    client->path = NULL;
    client->out = NULL;
    ERR_clear_error();
    pretended = -1;
}

// --- the network ---------------------------------------------------------------------------------

static int write_datagram(BIO *bio, const char *at, int len)
{
    struct dtls_client *client = BIO_get_data(bio);

    if (client->out && client->path && len > 0)
        (void)outbox_put(client->out, client->path, bytes_of(at, (size_t)len));
    return len;
}

static int read_datagram(BIO *bio, char *at, int size)
{
    struct dtls_client *client = BIO_get_data(bio);
    const size_t len = client->pending.len < (size_t)size ? client->pending.len : (size_t)size;

    BIO_clear_retry_flags(bio);
    if (len == 0) {
        BIO_set_retry_read(bio);
        return -1;
    }
    memcpy(at, client->pending.at, len);
    client->pending = bytes_of(NULL, 0);
    return (int)len;
}

static long control(BIO *bio, int command, long number, void *argument)
{
    (void)bio;
    (void)number;
    (void)argument;
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

static bool make_network(struct dtls_identity *identity)
{
    identity->bio_method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "test client");
    return identity->bio_method && BIO_meth_set_write(identity->bio_method, write_datagram) == 1 &&
           BIO_meth_set_read(identity->bio_method, read_datagram) == 1 &&
           BIO_meth_set_ctrl(identity->bio_method, control) == 1;
}

static bool connect_network(struct dtls_client *client)
{
    BIO *bio = BIO_new(client->identity->bio_method);
    if (!bio)
        return false;
    BIO_set_data(bio, client);
    BIO_set_init(bio, 1);
    SSL_set_bio(client->ssl, bio, bio);
    return true;
}

// --- making one ----------------------------------------------------------------------------------

static bool make_certificate(EVP_PKEY **key, X509 **certificate, bool rsa, bool in_force)
{
    *key = rsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256");
    *certificate = X509_new();
    if (!*key || !*certificate)
        return false;
    X509 *x509 = *certificate;
    X509_NAME *name = X509_get_subject_name(x509);
    return ASN1_INTEGER_set(X509_get_serialNumber(x509), 1) == 1 &&
           X509_gmtime_adj(X509_getm_notBefore(x509), -172800) &&
           X509_gmtime_adj(X509_getm_notAfter(x509), in_force ? 864000 : -86400) &&
           X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"test", -1,
                                      -1, 0) == 1 &&
           X509_set_issuer_name(x509, name) == 1 && X509_set_pubkey(x509, *key) == 1 &&
           X509_sign(x509, *key, EVP_sha256()) > 0;
}

static bool digest(struct fingerprint *fingerprint, X509 *certificate, enum fingerprint_hash hash)
{
    const EVP_MD *const hashes[] = {[FINGERPRINT_SHA256] = EVP_sha256(),
                                    [FINGERPRINT_SHA384] = EVP_sha384(),
                                    [FINGERPRINT_SHA512] = EVP_sha512()};
    unsigned len = 0;

    fingerprint->hash = hash;
    if (!certificate || X509_digest(certificate, hashes[hash], fingerprint->digest, &len) != 1)
        return false;
    fingerprint->len = (uint8_t)len;
    return true;
}

static int accept_any(int verified, X509_STORE_CTX *store)
{
    (void)verified;
    (void)store;
    return 1;
}

static bool show_certificate(struct dtls_identity *identity,
                             const struct dtls_client_options *options)
{
    EVP_PKEY *key = NULL;
    X509 *other = NULL;
    bool shown = true;

    if (!make_certificate(&identity->key, &identity->certificate, options->rsa,
                          options->in_force) ||
        !digest(&identity->fingerprint, identity->certificate, FINGERPRINT_SHA256))
        return false;
    if (options->certificate == DTLS_CLIENT_OWN)
        shown = SSL_CTX_use_certificate(identity->settings, identity->certificate) == 1 &&
                SSL_CTX_use_PrivateKey(identity->settings, identity->key) == 1;
    else if (options->certificate == DTLS_CLIENT_OTHER)
        shown = make_certificate(&key, &other, options->rsa, options->in_force) &&
                SSL_CTX_use_certificate(identity->settings, other) == 1 &&
                SSL_CTX_use_PrivateKey(identity->settings, key) == 1;
    X509_free(other);
    EVP_PKEY_free(key);
    return shown;
}

enum err dtls_identity_create(struct dtls_identity **made,
                              const struct dtls_client_options *options)
{
    const char *profiles = options->srtp_profiles;
    struct dtls_identity *identity = mem_zero(sizeof *identity);
    if (!identity)
        return ERR_NO_MEMORY;

    if (!profiles)
        profiles = "SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_128_GCM";
    identity->settings = SSL_CTX_new(DTLS_client_method());
    if (!identity->settings || !make_network(identity) || !show_certificate(identity, options) ||
        (profiles[0] && SSL_CTX_set_tlsext_use_srtp(identity->settings, profiles) != 0)) {
        dtls_identity_destroy(identity);
        return ERR_NO_MEMORY;
    }
    SSL_CTX_set_options(identity->settings, SSL_OP_NO_QUERY_MTU);
    SSL_CTX_set_verify(identity->settings, SSL_VERIFY_PEER, accept_any);
    *made = identity;
    return ERR_OK;
}

void dtls_identity_destroy(struct dtls_identity *identity)
{
    if (!identity)
        return;
    SSL_CTX_free(identity->settings);
    BIO_meth_free(identity->bio_method);
    X509_free(identity->certificate);
    EVP_PKEY_free(identity->key);
    mem_free(identity);
}

enum err dtls_client_create(struct dtls_client **made, const struct dtls_client_options *options)
{
    struct dtls_client *client = mem_zero(sizeof *client);
    if (!client)
        return ERR_NO_MEMORY;

    client->deadline = USEC_NEVER;
    client->identity = options->identity;
    if (!client->identity) {
        if (dtls_identity_create(&client->own, options) != ERR_OK) {
            dtls_client_destroy(client);
            return ERR_NO_MEMORY;
        }
        client->identity = client->own;
    }
    client->ssl = SSL_new(client->identity->settings);
    if (!client->ssl || !connect_network(client)) {
        dtls_client_destroy(client);
        return ERR_NO_MEMORY;
    }
    (void)SSL_set_mtu(client->ssl, MTU);
    DTLS_set_timer_cb(client->ssl, doubled);
    SSL_set_connect_state(client->ssl);
    *made = client;
    return ERR_OK;
}

void dtls_client_destroy(struct dtls_client *client)
{
    if (!client)
        return;
    SSL_free(client->ssl);
    dtls_identity_destroy(client->own);
    mem_free(client);
}

const struct fingerprint *dtls_client_fingerprint(const struct dtls_client *client)
{
    return &client->identity->fingerprint;
}

struct fingerprint dtls_client_fingerprint_by(const struct dtls_client *client,
                                              enum fingerprint_hash hash)
{
    struct fingerprint fingerprint = {0};

    (void)digest(&fingerprint, client->identity->certificate, hash);
    return fingerprint;
}

// --- the handshake -------------------------------------------------------------------------------

static void shake_hands(struct dtls_client *client)
{
    uint8_t unwanted[64];
    int result;

    if (SSL_is_init_finished(client->ssl)) {
        while ((result = SSL_read(client->ssl, unwanted, sizeof unwanted)) > 0)
            continue;
        return;
    }
    result = SSL_do_handshake(client->ssl);
    if (result != 1 && SSL_get_error(client->ssl, result) != SSL_ERROR_WANT_READ)
        client->failed = true;
}

void dtls_client_tick(struct dtls_client *client, usec now, const struct path *path,
                      struct outbox *out)
{
    if (client->failed || SSL_is_init_finished(client->ssl))
        return;
    begin(client, now, bytes_of(NULL, 0), path, out);
    if (SSL_in_before(client->ssl))
        shake_hands(client);
    else if (DTLSv1_handle_timeout(client->ssl) < 0)
        client->failed = true;
    end(client, now);
}

usec dtls_client_deadline(const struct dtls_client *client)
{
    return client->deadline;
}

void dtls_client_receive(struct dtls_client *client, usec now, struct bytes datagram,
                         const struct path *path, struct outbox *out)
{
    if (client->failed)
        return;
    begin(client, now, datagram, path, out);
    shake_hands(client);
    end(client, now);
}

void dtls_client_close(struct dtls_client *client, usec now, const struct path *path,
                       struct outbox *out)
{
    begin(client, now, bytes_of(NULL, 0), path, out);
    (void)SSL_shutdown(client->ssl);
    end(client, now);
}

enum dtls_client_state dtls_client_state(const struct dtls_client *client,
                                         const struct fingerprint *expected)
{
    struct fingerprint shown = {0};

    if (client->failed)
        return DTLS_CLIENT_FAILED;
    if (!SSL_is_init_finished(client->ssl))
        return DTLS_CLIENT_RUNNING;
    X509 *certificate = SSL_get1_peer_certificate(client->ssl);
    const bool same =
        digest(&shown, certificate, expected->hash) &&
        bytes_equal(bytes_of(shown.digest, shown.len), bytes_of(expected->digest, expected->len));
    X509_free(certificate);
    return same ? DTLS_CLIENT_DONE : DTLS_CLIENT_FAILED;
}

bool dtls_client_keys(const struct dtls_client *client, struct dtls_client_keys *keys)
{
    const SRTP_PROTECTION_PROFILE *profile = SSL_get_selected_srtp_profile(client->ssl);
    uint8_t material[2 * (16 + DTLS_CLIENT_SALT_MAX)];

    if (!SSL_is_init_finished(client->ssl) || !profile)
        return false;
    *keys = (struct dtls_client_keys){.gcm = profile->id == SRTP_AEAD_AES_128_GCM};
    const size_t salt = keys->gcm ? 12 : 14;
    if (SSL_export_keying_material(client->ssl, material, 2 * (16 + salt), EXPORT_LABEL,
                                   sizeof EXPORT_LABEL - 1, NULL, 0, 0) != 1)
        return false;
    memcpy(keys->local, material, 16);
    memcpy(keys->remote, material + 16, 16);
    memcpy(keys->local + 16, material + 32, salt);
    memcpy(keys->remote + 16, material + 32 + salt, salt);
    return true;
}
