// SPDX-License-Identifier: AGPL-3.0-or-later
// transport/certificate.c - a P-256 key, a certificate signed by it, and a DTLS 1.2 server with both.
#include "transport/certificate.h"

#include "base/mem.h"
#include "base/text.h"
#include "transport/dtls_bio.h"
#include "transport/openssl.h"

#define NAME_LEN 8
#define DAY_SECONDS (24L * 3600)
#define VALID_DAYS 3650 // browsers look at the fingerprint only
// With the default an association half open can be made to hold over 1 MiB.
#define MAX_CERTIFICATES_LEN 16384

#define CIPHERS                                                                                    \
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES256-GCM-SHA384"
#define GROUPS "X25519:P-256:P-384"
#define SRTP_PROFILES "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80" // the first both know is taken

struct certificate {
    // owned
    EVP_PKEY *key;
    X509 *x509;
    SSL_CTX *settings;
    BIO_METHOD *bio_method;
    // state
    struct fingerprint fingerprint;
};

static bool name(X509 *x509)
{
    uint8_t random[NAME_LEN];
    char text[2 * NAME_LEN + 1];
    X509_NAME *subject = X509_get_subject_name(x509);

    if (RAND_bytes(random, sizeof random) != 1)
        return false;
    text_hex(text, bytes_of(random, sizeof random));
    random[0] &= 0x7f; // serial numbers are positive
    BIGNUM *serial = BN_bin2bn(random, sizeof random, NULL);
    const bool named = serial && BN_to_ASN1_INTEGER(serial, X509_get_serialNumber(x509)) &&
                       X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                                                  (const unsigned char *)text, -1, -1, 0) == 1 &&
                       X509_set_issuer_name(x509, subject) == 1;
    BN_free(serial);
    return named;
}

static bool sign(struct certificate *c)
{
    return X509_set_version(c->x509, 2) == 1 && name(c->x509) &&
           X509_gmtime_adj(X509_getm_notBefore(c->x509), -DAY_SECONDS) &&
           X509_gmtime_adj(X509_getm_notAfter(c->x509), VALID_DAYS * DAY_SECONDS) &&
           X509_set_pubkey(c->x509, c->key) == 1 && X509_sign(c->x509, c->key, EVP_sha256()) > 0;
}

static bool take_fingerprint(struct certificate *c)
{
    unsigned len = 0;

    c->fingerprint.hash = FINGERPRINT_SHA256;
    if (X509_digest(c->x509, EVP_sha256(), c->fingerprint.digest, &len) != 1)
        return false;
    c->fingerprint.len = (uint8_t)len;
    return true;
}

// Browsers show self-signed certificates: who it is, the fingerprint tells (transport/dtls.c), and
// only once the handshake proved that the key is theirs.
static int accept_any(int verified, X509_STORE_CTX *store)
{
    (void)verified;
    X509_STORE_CTX_set_error(store, X509_V_OK);
    return 1;
}

static bool set_up(struct certificate *c)
{
    SSL_CTX *s = c->settings;

    SSL_CTX_set_options(s, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_NO_QUERY_MTU |
                               SSL_OP_CIPHER_SERVER_PREFERENCE);
    (void)SSL_CTX_set_session_cache_mode(s, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_max_cert_list(s, MAX_CERTIFICATES_LEN);
    SSL_CTX_set_verify(s, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, accept_any);
    return SSL_CTX_set_min_proto_version(s, DTLS1_2_VERSION) == 1 &&
           SSL_CTX_set_max_proto_version(s, DTLS1_2_VERSION) == 1 &&
           SSL_CTX_set_cipher_list(s, CIPHERS) == 1 && SSL_CTX_set1_groups_list(s, GROUPS) == 1 &&
           SSL_CTX_use_certificate(s, c->x509) == 1 && SSL_CTX_use_PrivateKey(s, c->key) == 1 &&
           SSL_CTX_set_tlsext_use_srtp(s, SRTP_PROFILES) == 0; // 0 is success here
}

enum err certificate_create(struct certificate **made)
{
    struct certificate *c = mem_zero(sizeof *c);
    if (!c)
        return ERR_NO_MEMORY;

    c->key = EVP_EC_gen("P-256");
    c->x509 = X509_new();
    c->settings = SSL_CTX_new(DTLS_server_method());
    c->bio_method = dtls_bio_method_create();
    if (!c->key || !c->x509 || !c->settings || !c->bio_method || !sign(c) || !take_fingerprint(c) ||
        !set_up(c)) {
        ERR_clear_error();
        certificate_destroy(c);
        return ERR_NO_MEMORY;
    }
    *made = c;
    return ERR_OK;
}

void certificate_destroy(struct certificate *certificate)
{
    if (!certificate)
        return;
    SSL_CTX_free(certificate->settings);
    X509_free(certificate->x509);
    EVP_PKEY_free(certificate->key);
    dtls_bio_method_destroy(certificate->bio_method);
    mem_free(certificate);
}

const struct fingerprint *certificate_fingerprint(const struct certificate *certificate)
{
    return &certificate->fingerprint;
}

SSL_CTX *certificate_settings(const struct certificate *certificate)
{
    return certificate->settings;
}

const BIO_METHOD *certificate_bio_method(const struct certificate *certificate)
{
    return certificate->bio_method;
}
