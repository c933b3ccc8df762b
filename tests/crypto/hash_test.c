// SPDX-License-Identifier: AGPL-3.0-or-later
// crypto/hash_test.c - the vectors of FIPS 180-4, RFC 2202 and RFC 4231.
#include "crypto/hash.h"

#include "base/text.h"
#include "support/check.h"

#include <string.h>

static struct bytes filled(uint8_t *at, uint8_t with, size_t len)
{
    memset(at, with, len);
    return bytes_of(at, len);
}

static struct bytes counted(uint8_t *at, size_t len)
{
    for (size_t i = 0; i < len; i++)
        at[i] = (uint8_t)(i + 1);
    return bytes_of(at, len);
}

static void check_sha256(struct bytes input, const char *want)
{
    uint8_t digest[SHA256_SIZE];
    char hex[2 * SHA256_SIZE + 1];

    hash_sha256(digest, input);
    text_hex(hex, bytes_of(digest, sizeof digest));
    CHECK_STR(hex, want);
}

static void check_sha1_mac(struct bytes key, struct bytes input, const char *want)
{
    uint8_t tag[SHA1_SIZE];
    char hex[2 * SHA1_SIZE + 1];

    // The split must not matter.
    for (size_t split = 0; split <= input.len; split += input.len / 3 + 1) {
        hash_hmac_sha1(tag, key, bytes_of(input.at, split),
                       bytes_of(input.at + split, input.len - split));
        text_hex(hex, bytes_of(tag, sizeof tag));
        CHECK_STR(hex, want);
    }
}

static void check_sha256_mac(struct bytes key, struct bytes input, const char *want)
{
    uint8_t tag[SHA256_SIZE];
    char hex[2 * SHA256_SIZE + 1];

    hash_hmac_sha256(tag, key, input);
    text_hex(hex, bytes_of(tag, sizeof tag));
    CHECK_STR(hex, want);
}

TEST(sha256_of_the_standard)
{
    check_sha256(bytes_of(NULL, 0),
                 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    check_sha256(bytes_of_string("abc"),
                 "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    check_sha256(bytes_of_string("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
                 "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(hmac_sha1_of_rfc_2202)
{
    uint8_t key[80];
    uint8_t text[50];

    check_sha1_mac(filled(key, 0x0b, 20), bytes_of_string("Hi There"),
                   "b617318655057264e28bc0b6fb378c8ef146be00");
    check_sha1_mac(bytes_of_string("Jefe"), bytes_of_string("what do ya want for nothing?"),
                   "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    check_sha1_mac(filled(key, 0xaa, 20), filled(text, 0xdd, 50),
                   "125d7342b9ac11cd91a39af48aa17b4f63f175d3");
    check_sha1_mac(counted(key, 25), filled(text, 0xcd, 50),
                   "4c9007f4026250c6bc8414f9bf50c86c2d7235da");
    check_sha1_mac(filled(key, 0xaa, 80),
                   bytes_of_string("Test Using Larger Than Block-Size Key - Hash Key First"),
                   "aa4ae5e15272d00e95705637ce8a3b55ed402112");
    check_sha1_mac(filled(key, 0xaa, 80),
                   bytes_of_string("Test Using Larger Than Block-Size Key and Larger "
                                   "Than One Block-Size Data"),
                   "e8e99d0f45237d786d6bbaa7965c7808bbff1a91");
}

TEST(hmac_sha256_of_rfc_4231)
{
    uint8_t key[131];
    uint8_t text[50];

    check_sha256_mac(filled(key, 0x0b, 20), bytes_of_string("Hi There"),
                     "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    check_sha256_mac(bytes_of_string("Jefe"), bytes_of_string("what do ya want for nothing?"),
                     "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    check_sha256_mac(filled(key, 0xaa, 20), filled(text, 0xdd, 50),
                     "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    check_sha256_mac(counted(key, 25), filled(text, 0xcd, 50),
                     "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
    check_sha256_mac(filled(key, 0xaa, 131),
                     bytes_of_string("Test Using Larger Than Block-Size Key - Hash Key First"),
                     "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(an_empty_key_is_a_key_and_not_the_one_used_before)
{
    // RFC 2104: padded with zeros, so equal to a key of one zero byte.
    static const uint8_t zero[1];
    uint8_t empty_key[SHA1_SIZE];
    uint8_t zero_key[SHA1_SIZE];
    const struct bytes text = bytes_of_string("text");

    hash_hmac_sha1(zero_key, bytes_of(zero, 1), text, bytes_of(NULL, 0));
    hash_hmac_sha1(empty_key, bytes_of_string("another"), text, bytes_of(NULL, 0));
    CHECK(memcmp(empty_key, zero_key, SHA1_SIZE) != 0);
    hash_hmac_sha1(empty_key, bytes_of(NULL, 0), text, bytes_of(NULL, 0));
    CHECK_BYTES(empty_key, zero_key, SHA1_SIZE);
}
