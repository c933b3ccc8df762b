// SPDX-License-Identifier: AGPL-3.0-or-later
// transport/sealer.c - a context of OpenSSL keyed once, and for each SSRC which numbers it has seen.
#include "transport/sealer.h"

#include "base/mem.h"
#include "base/seq.h"
#include "transport/openssl.h"

#include <string.h>

#define RTP_HEADER_LEN 12
#define FEW_STREAMS 16
#define WORD_BITS 64
#define WINDOW_WORDS (SEALER_WINDOW / WORD_BITS)

enum label { LABEL_KEY = 0, LABEL_SALT = 2 }; // RFC 3711, section 4.3.2

struct stream {
    int64_t highest;               // number, unrolled: the rounds are its upper bits
    uint64_t sealed[WINDOW_WORDS]; // a bit for each number behind it, in a ring
};

struct sealer {
    // owned
    EVP_CIPHER_CTX *gcm;
    struct stream *streams;
    uint32_t *ssrcs; // side by side, so that looking for one touches little
    // state
    uint8_t salt[SEALER_SALT_LEN];
    uint32_t count;
    uint32_t capacity;
    uint32_t last; // sealed last
};

// The key stream of AES-CTR over the label and the salt (RFC 3711, section 4.3; RFC 7714, section 11: the last
// two bytes of the salt are zero).
static bool derive(uint8_t *to, int len, const uint8_t *master, enum label label)
{
    static const uint8_t zeros[SEALER_KEY_LEN];
    EVP_CIPHER_CTX *ctr = EVP_CIPHER_CTX_new();
    uint8_t iv[16] = {0};
    int made = 0;

    memcpy(iv, master + SEALER_KEY_LEN, SEALER_SALT_LEN);
    iv[7] ^= (uint8_t)label;
    const bool done = ctr && EVP_EncryptInit_ex(ctr, EVP_aes_128_ctr(), NULL, master, iv) == 1 &&
                      EVP_EncryptUpdate(ctr, to, &made, zeros, len) == 1 && made == len;
    EVP_CIPHER_CTX_free(ctr);
    return done;
}

bool sealer_derive(struct sealer_keys *keys, const uint8_t master[SEALER_KEY_LEN + SEALER_SALT_LEN])
{
    return derive(keys->key, SEALER_KEY_LEN, master, LABEL_KEY) &&
           derive(keys->salt, SEALER_SALT_LEN, master, LABEL_SALT);
}

static bool set_key(struct sealer *s, const uint8_t *key)
{
    EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, "AES-128-GCM", NULL);
    const bool done = cipher && EVP_EncryptInit_ex2(s->gcm, cipher, key, NULL, NULL) == 1;

    EVP_CIPHER_free(cipher);
    return done;
}

static bool grow(struct sealer *s, uint32_t capacity)
{
    struct stream *streams = mem_resize(s->streams, capacity * sizeof *streams);
    if (!streams)
        return false;
    s->streams = streams;
    uint32_t *ssrcs = mem_resize(s->ssrcs, capacity * sizeof *ssrcs);
    if (!ssrcs)
        return false;
    s->ssrcs = ssrcs;
    s->capacity = capacity;
    return true;
}

enum err sealer_create(struct sealer **made, const struct sealer_keys *keys)
{
    struct sealer *s = mem_zero(sizeof *s);
    if (!s)
        return ERR_NO_MEMORY;

    memcpy(s->salt, keys->salt, sizeof s->salt);
    s->gcm = EVP_CIPHER_CTX_new();
    if (!s->gcm || !grow(s, FEW_STREAMS) || !set_key(s, keys->key)) {
        sealer_destroy(s);
        return ERR_NO_MEMORY;
    }
    *made = s;
    return ERR_OK;
}

void sealer_destroy(struct sealer *s)
{
    if (!s)
        return;
    EVP_CIPHER_CTX_free(s->gcm);
    mem_free(s->streams);
    mem_free(s->ssrcs);
    mem_wipe(s->salt, sizeof s->salt);
    mem_free(s);
}

// --- numbers -------------------------------------------------------------------------------------

// NULL: one more than there may be, or no memory. A new one begins in its first round.
static struct stream *stream_of(struct sealer *s, uint32_t ssrc, uint16_t seq)
{
    if (s->count > 0 && s->ssrcs[s->last] == ssrc)
        return &s->streams[s->last];
    for (uint32_t i = 0; i < s->count; i++)
        if (s->ssrcs[i] == ssrc) {
            s->last = i;
            return &s->streams[i];
        }
    if (s->count == SEALER_STREAMS || (s->count == s->capacity && !grow(s, 2 * s->capacity)))
        return NULL;
    s->last = s->count++;
    s->ssrcs[s->last] = ssrc;
    s->streams[s->last] = (struct stream){.highest = (int64_t)seq - 1};
    return &s->streams[s->last];
}

// No number is sealed twice: two texts under one nonce would give the key stream away.
static bool take_number(struct stream *stream, int64_t number)
{
    const uint64_t bit = (uint64_t)1 << number % WORD_BITS;
    uint64_t *word = &stream->sealed[number / WORD_BITS % WINDOW_WORDS];

    if (number <= stream->highest) {
        if (stream->highest - number >= SEALER_WINDOW || *word & bit)
            return false;
        *word |= bit;
        return true;
    }
    if (number - stream->highest >= SEALER_WINDOW)
        memset(stream->sealed, 0, sizeof stream->sealed);
    for (int64_t skipped = stream->highest + 1;
         skipped < number && number - stream->highest < SEALER_WINDOW; skipped++)
        stream->sealed[skipped / WORD_BITS % WINDOW_WORDS] &= ~((uint64_t)1 << skipped % WORD_BITS);
    *word |= bit;
    stream->highest = number;
    return true;
}

// --- sealing -------------------------------------------------------------------------------------

static uint32_t get_u32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

// How much stands in clear; 0: it runs over the end, or is no RTP.
static size_t clear_len(const uint8_t *at, size_t len)
{
    size_t clear = RTP_HEADER_LEN;

    if (len < clear || at[0] >> 6 != 2)
        return 0;
    clear += 4u * (at[0] & 0x0fu);
    if (at[0] & 0x10) {
        if (len < clear + 4)
            return 0;
        clear += 4 + 4u * ((size_t)at[clear + 2] << 8 | at[clear + 3]);
    }
    return clear <= len ? clear : 0;
}

// RFC 7714, section 8.1: two zeros, SSRC, rounds, number, all xor the salt.
static void make_iv(uint8_t iv[SEALER_SALT_LEN], const uint8_t *salt, const uint8_t *ssrc,
                    uint64_t number)
{
    memcpy(iv, salt, SEALER_SALT_LEN);
    for (size_t i = 0; i < 4; i++)
        iv[2 + i] ^= ssrc[i];
    for (size_t i = 0; i < 6; i++)
        iv[6 + i] ^= (uint8_t)(number >> (40 - 8 * i));
}

// The whole IV by way of the "fixed field of TLS" (a length of -1 says so): setting it as the IV of a new message
// has OpenSSL 3.0 look its length up by name, for half as much again as the rest of its bookkeeping.
static bool encrypt(const struct sealer *s, uint8_t *iv, uint8_t *at, size_t clear, size_t len)
{
    const OSSL_PARAM give[] = {
        OSSL_PARAM_octet_string(OSSL_CIPHER_PARAM_AEAD_TLS1_IV_FIXED, iv, (size_t)-1),
        OSSL_PARAM_END};
    OSSL_PARAM ask[] = {
        OSSL_PARAM_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, at + len, SEALER_TAG_LEN),
        OSSL_PARAM_END};

    return EVP_CIPHER_CTX_set_params(s->gcm, give) == 1 &&
           EVP_Cipher(s->gcm, NULL, at, (unsigned)clear) >= 0 &&
           EVP_Cipher(s->gcm, at + clear, at + clear, (unsigned)(len - clear)) >= 0 &&
           EVP_Cipher(s->gcm, at + len, NULL, 0) >= 0 &&
           EVP_CIPHER_CTX_get_params(s->gcm, ask) == 1;
}

bool sealer_seal(struct sealer *s, uint8_t *at, size_t len)
{
    const size_t clear = clear_len(at, len);
    uint8_t iv[SEALER_SALT_LEN];

    if (clear == 0)
        return false;
    const uint16_t seq = (uint16_t)(at[2] << 8 | at[3]);
    struct stream *stream = stream_of(s, get_u32(at + 8), seq);
    const int64_t number = stream ? seq_unroll(stream->highest, seq) : -1;
    if (number < 0 || !take_number(stream, number))
        return false;
    make_iv(iv, s->salt, at + 8, (uint64_t)number);
    return encrypt(s, iv, at, clear, len);
}
