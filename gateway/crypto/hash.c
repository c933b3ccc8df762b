// SPDX-License-Identifier: AGPL-3.0-or-later
// crypto/hash.c - digests by OpenSSL; the algorithms are looked up once per process.
#include "crypto/hash.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <pthread.h>
#include <stdlib.h>

// Looking an algorithm up costs more than hashing a STUN message, and choosing the digest of a
// MAC is such a look-up. So the MACs are kept made up, and each use takes a copy.
static pthread_once_t fetched = PTHREAD_ONCE_INIT;
static EVP_MD *sha256;
static EVP_MAC_CTX *hmac_sha1;
static EVP_MAC_CTX *hmac_sha256;

// A digest that could not be computed must never be compared with anything.
static void require(bool worked)
{
    if (!worked)
        abort();
}

static EVP_MAC_CTX *hmac_with(EVP_MAC *hmac, char *digest)
{
    static const uint8_t any_key[1]; // a context without a key cannot be copied
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };
    EVP_MAC_CTX *made = EVP_MAC_CTX_new(hmac);

    require(made && EVP_MAC_init(made, any_key, sizeof any_key, parameters) == 1);
    return made;
}

static void fetch(void)
{
    char sha1_name[] = "SHA1";
    char sha256_name[] = "SHA256";
    EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);

    sha256 = EVP_MD_fetch(NULL, sha256_name, NULL);
    require(hmac && sha256);
    hmac_sha1 = hmac_with(hmac, sha1_name);
    hmac_sha256 = hmac_with(hmac, sha256_name);
    EVP_MAC_free(hmac);
}

static void authenticate(EVP_MAC_CTX *const *made_up, uint8_t *tag, size_t size, struct bytes key,
                         struct bytes first, struct bytes second)
{
    static const uint8_t empty[1]; // OpenSSL takes a NULL key for "the one you have"
    size_t len = 0;

    require(pthread_once(&fetched, fetch) == 0);
    EVP_MAC_CTX *mac = EVP_MAC_CTX_dup(*made_up);
    require(mac && EVP_MAC_init(mac, key.len > 0 ? key.at : empty, key.len, NULL) == 1);
    require(first.len == 0 || EVP_MAC_update(mac, first.at, first.len) == 1);
    require(second.len == 0 || EVP_MAC_update(mac, second.at, second.len) == 1);
    require(EVP_MAC_final(mac, tag, &len, size) == 1 && len == size);
    EVP_MAC_CTX_free(mac);
}

void hash_sha256(uint8_t digest[static SHA256_SIZE], struct bytes input)
{
    require(pthread_once(&fetched, fetch) == 0);
    EVP_MD_CTX *hash = EVP_MD_CTX_new();
    require(hash && EVP_DigestInit_ex2(hash, sha256, NULL) == 1);
    require(input.len == 0 || EVP_DigestUpdate(hash, input.at, input.len) == 1);
    require(EVP_DigestFinal_ex(hash, digest, NULL) == 1);
    EVP_MD_CTX_free(hash);
}

void hash_hmac_sha1(uint8_t tag[static SHA1_SIZE], struct bytes key, struct bytes first,
                    struct bytes second)
{
    authenticate(&hmac_sha1, tag, SHA1_SIZE, key, first, second);
}

void hash_hmac_sha256(uint8_t tag[static SHA256_SIZE], struct bytes key, struct bytes input)
{
    authenticate(&hmac_sha256, tag, SHA256_SIZE, key, input, bytes_of(NULL, 0));
}
