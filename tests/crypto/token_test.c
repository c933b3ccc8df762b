// SPDX-License-Identifier: AGPL-3.0-or-later
// crypto/token_test.c - 128-bit secrets as text.
#include "crypto/token.h"
#include "support/check.h"

#include <string.h>

TEST(a_tagged_token_is_known_again_and_no_other)
{
    const uint8_t key[SHA256_SIZE] = {1, 2, 3};
    const uint8_t other[SHA256_SIZE] = {3, 2, 1};
    const uint8_t random[TOKEN_BYTES] = {9, 8, 7, 255};
    char tagged[TAGGED_TEXT_SIZE], token[TOKEN_TEXT_SIZE], expected[TOKEN_TEXT_SIZE];

    token_tag(tagged, random, key);
    token_text(expected, random);
    CHECK_EQ(strlen(tagged), 43);
    CHECK(token_untag(token, tagged, key));
    CHECK_STR(token, expected);
    CHECK(!token_untag(token, tagged, other));
    tagged[42] = '\0';
    CHECK(!token_untag(token, tagged, key));
    CHECK(!token_untag(token, "", key));
}

TEST(a_digest_is_of_the_text_and_of_tokens_only)
{
    uint8_t first[SHA256_SIZE], second[SHA256_SIZE];

    CHECK(token_digest(first, "AAAAAAAAAAAAAAAAAAAAAA"));
    CHECK(token_digest(second, "AAAAAAAAAAAAAAAAAAAAAQ"));
    CHECK(memcmp(first, second, sizeof first) != 0);
    CHECK(!token_digest(first, "AAAAAAAAAAAAAAAAAAAAAB")); // trailing bits are not zero
    CHECK(!token_digest(first, "AAAAAAAAAAAAAAAAAAAAA"));
    CHECK(!token_digest(first, "AAAAAAAAAAAAAAAAAAAAA="));
}
