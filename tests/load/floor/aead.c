// SPDX-License-Identifier: AGPL-3.0-or-later
// load/floor/aead.c - SRTP with AEAD_AES_128_GCM (RFC 7714) at the least OpenSSL asks for it.
#include "load/floor/aead.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <string.h>

#define RTCP_HEADER_LEN 8
#define RTCP_ENCRYPTED 0x80000000u

enum label { LABEL_RTP_KEY = 0, LABEL_RTP_SALT = 2, LABEL_RTCP_KEY = 3, LABEL_RTCP_SALT = 5 };

static void put32(uint8_t *at, uint32_t value)
{
    value = __builtin_bswap32(value);
    memcpy(at, &value, sizeof value);
}

static uint32_t get32(const uint8_t *at)
{
    uint32_t value;

    memcpy(&value, at, sizeof value);
    return __builtin_bswap32(value);
}

// RFC 3711, section 4.3: the session's keys are the key stream of AES-CTR over the label and the
// master salt (12 bytes in RFC 7714, the last two of 14 being 0).
static bool derive(uint8_t *to, int len, const uint8_t master[MASTER_LEN], enum label label)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    uint8_t iv[16] = {0}, zeros[16] = {0};
    int made = 0;
    bool done;

    memcpy(iv, master + 16, AEAD_SALT_LEN);
    iv[7] ^= (uint8_t)label;
    done = ctx && EVP_EncryptInit_ex(ctx, EVP_aes_128_ctr(), NULL, master, iv) == 1 &&
           EVP_EncryptUpdate(ctx, to, &made, zeros, len) == 1 && made == len;
    EVP_CIPHER_CTX_free(ctx);
    return done;
}

static EVP_CIPHER_CTX *keyed(const uint8_t key[16], bool seals)
{
    EVP_CIPHER *gcm = EVP_CIPHER_fetch(NULL, "AES-128-GCM", NULL);
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();

    if (ctx && (!gcm || EVP_CipherInit_ex2(ctx, gcm, key, NULL, seals, NULL) != 1)) {
        EVP_CIPHER_CTX_free(ctx);
        ctx = NULL;
    }
    EVP_CIPHER_free(gcm);
    return ctx;
}

bool aead_init(struct aead *aead, const uint8_t master[MASTER_LEN], bool seals)
{
    uint8_t rtp_key[16], rtcp_key[16];

    *aead = (struct aead){.seals = seals};
    if (!derive(rtp_key, sizeof rtp_key, master, LABEL_RTP_KEY) ||
        !derive(aead->rtp_salt, AEAD_SALT_LEN, master, LABEL_RTP_SALT) ||
        !derive(rtcp_key, sizeof rtcp_key, master, LABEL_RTCP_KEY) ||
        !derive(aead->rtcp_salt, AEAD_SALT_LEN, master, LABEL_RTCP_SALT))
        return false;
    aead->rtp = keyed(rtp_key, seals);
    aead->rtcp = keyed(rtcp_key, seals);
    return aead->rtp && aead->rtcp;
}

void aead_fini(struct aead *aead)
{
    EVP_CIPHER_CTX_free(aead->rtp);
    EVP_CIPHER_CTX_free(aead->rtcp);
}

// RFC 7714, section 8.1: 0, SSRC, ROC, sequence number; section 9.1: 0, SSRC, 0, index. Both xor salt.
static void make_iv(uint8_t iv[AEAD_SALT_LEN], const uint8_t salt[AEAD_SALT_LEN], uint32_t ssrc,
                    uint64_t index)
{
    put32(iv + 2, ssrc);
    iv[0] = iv[1] = 0;
    iv[6] = (uint8_t)(index >> 40);
    iv[7] = (uint8_t)(index >> 32);
    put32(iv + 8, (uint32_t)index);
    for (size_t i = 0; i < AEAD_SALT_LEN; i++)
        iv[i] ^= salt[i];
}

bool aead_seal_rtp(const struct aead *aead, uint32_t ssrc, uint64_t index, uint8_t *at,
                   size_t header_len, struct bytes payload)
{
    uint8_t iv[AEAD_SALT_LEN], *tag = at + header_len + payload.len;
    OSSL_PARAM ask[] = {OSSL_PARAM_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, tag, AEAD_TAG_LEN),
                        OSSL_PARAM_END};

    make_iv(iv, aead->rtp_salt, ssrc, index);
    return EVP_EncryptInit_ex2(aead->rtp, NULL, NULL, iv, NULL) == 1 &&
           EVP_Cipher(aead->rtp, NULL, at, (unsigned)header_len) >= 0 &&
           EVP_Cipher(aead->rtp, at + header_len, payload.at, (unsigned)payload.len) >= 0 &&
           EVP_Cipher(aead->rtp, tag, NULL, 0) >= 0 &&
           EVP_CIPHER_CTX_get_params(aead->rtp, ask) == 1;
}

static bool open_in_place(EVP_CIPHER_CTX *ctx, const uint8_t *iv, struct bytes first,
                          struct bytes second, uint8_t *at, size_t len)
{
    int made;

    return EVP_DecryptInit_ex2(ctx, NULL, NULL, iv, NULL) == 1 &&
           EVP_DecryptUpdate(ctx, NULL, &made, first.at, (int)first.len) == 1 &&
           (!second.len || EVP_DecryptUpdate(ctx, NULL, &made, second.at, (int)second.len) == 1) &&
           EVP_DecryptUpdate(ctx, at, &made, at, (int)len) == 1 &&
           EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, AEAD_TAG_LEN, at + len) == 1 &&
           EVP_DecryptFinal_ex(ctx, at, &made) == 1;
}

bool aead_open_rtp(const struct aead *aead, uint32_t ssrc, uint64_t index, uint8_t *at, size_t len,
                   size_t header_len)
{
    uint8_t iv[AEAD_SALT_LEN];

    if (len < header_len + AEAD_TAG_LEN)
        return false;
    make_iv(iv, aead->rtp_salt, ssrc, index);
    return open_in_place(aead->rtp, iv, bytes_of(at, header_len), (struct bytes){0},
                         at + header_len, len - header_len - AEAD_TAG_LEN);
}

bool aead_seal_rtcp(const struct aead *aead, uint32_t index, uint8_t *at, size_t len)
{
    uint8_t iv[AEAD_SALT_LEN], *word = at + len + AEAD_TAG_LEN;
    int made;

    put32(word, index | RTCP_ENCRYPTED);
    make_iv(iv, aead->rtcp_salt, get32(at + 4), index);
    return EVP_EncryptInit_ex2(aead->rtcp, NULL, NULL, iv, NULL) == 1 &&
           EVP_EncryptUpdate(aead->rtcp, NULL, &made, at, RTCP_HEADER_LEN) == 1 &&
           EVP_EncryptUpdate(aead->rtcp, NULL, &made, word, 4) == 1 &&
           EVP_EncryptUpdate(aead->rtcp, at + RTCP_HEADER_LEN, &made, at + RTCP_HEADER_LEN,
                             (int)(len - RTCP_HEADER_LEN)) == 1 &&
           EVP_EncryptFinal_ex(aead->rtcp, at, &made) == 1 &&
           EVP_CIPHER_CTX_ctrl(aead->rtcp, EVP_CTRL_AEAD_GET_TAG, AEAD_TAG_LEN, at + len) == 1;
}

bool aead_open_rtcp(const struct aead *aead, uint8_t *at, size_t *len)
{
    uint8_t iv[AEAD_SALT_LEN];
    const uint8_t *word;

    if (*len < RTCP_HEADER_LEN + AEAD_RTCP_TRAILER)
        return false;
    *len -= AEAD_RTCP_TRAILER;
    word = at + *len + AEAD_TAG_LEN;
    make_iv(iv, aead->rtcp_salt, get32(at + 4), get32(word) & ~RTCP_ENCRYPTED);
    return open_in_place(aead->rtcp, iv, bytes_of(at, RTCP_HEADER_LEN), bytes_of(word, 4),
                         at + RTCP_HEADER_LEN, *len - RTCP_HEADER_LEN);
}
