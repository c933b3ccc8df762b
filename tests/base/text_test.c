// SPDX-License-Identifier: AGPL-3.0-or-later
// base/text_test.c - text people typed.
#include "base/text.h"

#include "support/check.h"

#include <string.h>

static struct bytes b(const char *text)
{
    return bytes_of_string(text);
}

TEST(only_well_formed_utf8_passes)
{
    static const char *const good[] = {"",
                                       "a",
                                       "é",
                                       "\xe2\x82\xac",
                                       "\xf0\x9f\x98\x80",
                                       "\xf4\x8f\xbf\xbf",
                                       "\xed\x9f\xbf",
                                       "\xee\x80\x80"};
    static const char *const bad[] = {"\x80",         "\xc0\xaf",     "\xc1\xbf",
                                      "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                                      "\xf5",         "\xe2\x82",     "\xf0\x80\x80\x80",
                                      "a\xff",        "\xc3\x28",     "\xf8\x88\x80\x80\x80"};

    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        CHECK(text_is_utf8(b(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK(!text_is_utf8(b(bad[i])));
    CHECK(text_is_utf8(bytes_of("a\0b", 3)));
}

TEST(length_counts_code_points)
{
    CHECK_EQ(text_length(b("añ\xf0\x9f\x98\x80")), 3);
}

TEST(a_line_loses_edges_runs_and_controls)
{
    char line[64];

    CHECK(text_clean_line(line, sizeof line, b("  Anna \t\r\n  Sch\x01midt\xc2\xa0 ")));
    CHECK_STR(line, "Anna Schmidt");
    CHECK(text_clean_line(line, sizeof line,
                          b("a\xe2\x80\xae"
                            "b\xe2\x81\xa9"
                            "c\xe2\x80\x8b"
                            "d\xef\xbb\xbf")));
    CHECK_STR(line, "abcd");
    CHECK(text_clean_line(line, sizeof line, b(" \xe2\x80\x8b ")));
    CHECK_STR(line, "");
}

TEST(a_line_that_does_not_fit_or_is_no_text_is_empty)
{
    char line[4] = "xyz";

    CHECK(text_clean_line(line, sizeof line, b(" abc ")));
    CHECK_STR(line, "abc");
    CHECK(!text_clean_line(line, sizeof line, b("abcd")));
    CHECK_STR(line, "");
    CHECK(!text_clean_line(line, sizeof line, b("a\xff")));
    CHECK_STR(line, "");
}

TEST(a_block_keeps_at_most_two_line_feeds)
{
    char block[64];

    CHECK(text_clean_block(block, sizeof block, b("\n one  two \r\n three\n\n\n\nfour\n")));
    CHECK_STR(block, "one two\nthree\n\nfour");
}

static bool look_alike(const char *one, const char *other)
{
    char a[64];
    char z[64];

    CHECK(text_skeleton(a, sizeof a, b(one)));
    CHECK(text_skeleton(z, sizeof z, b(other)));
    return strcmp(a, z) == 0;
}

TEST(names_that_look_alike_have_one_skeleton)
{
    CHECK(look_alike("Dr. Anna Meyer", "dr anna meyer"));
    CHECK(look_alike("José", "Jose"));
    CHECK(look_alike("Jose\xcc\x81", "jose"));
    CHECK(look_alike("Anna", "\xd0\x90nn\xd0\xb0"));   // Cyrillic A and a
    CHECK(look_alike("Nikos", "\xce\x9d\xce\xb9kos")); // Greek Nu and iota
    CHECK(look_alike("Anna", "\xef\xbc\xa1\xef\xbd\x8e"
                             "na")); // full-width
    CHECK(look_alike("Bill", "BiII"));
    CHECK(look_alike("Paul", "Pau1"));
    CHECK(look_alike("Bob", "B0b"));
    CHECK(look_alike("Bernd", "Bemd"));
    CHECK(look_alike("ANNA", "\xf0\x9d\x90\x80nna")); // bold A of mathematics
    CHECK(look_alike("Łukasz", "Lukasz"));
    CHECK(look_alike("Иван", "ИВАН"));
}

TEST(names_that_look_different_stay_different)
{
    CHECK(!look_alike("Anna", "Hanna"));
    CHECK(!look_alike("Anna 2", "Anna 3"));
    CHECK(!look_alike("\xe5\xb1\xb1\xe7\x94\xb0", "\xe7\x94\xb0\xe5\xb1\xb1"));
    CHECK(!look_alike("Иван", "Олег"));
}

TEST(hex_is_lower_case)
{
    char text[7];

    text_hex(text, bytes_of("\x00\xaf\x10", 3));
    CHECK_STR(text, "00af10");
}

TEST(base64url_has_the_vectors_of_rfc_4648)
{
    static const char *const vectors[][2] = {
        {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
        {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}, {"\xfb\xff", "-_8"}};
    char text[16];
    uint8_t back[16];

    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        const struct bytes plain = b(vectors[i][0]);
        text_base64url(text, plain);
        CHECK_STR(text, vectors[i][1]);
        CHECK(text_from_base64url(back, plain.len, b(vectors[i][1])));
        CHECK_BYTES(back, plain.at, plain.len);
    }
}

TEST(base64url_refuses_what_is_not_exactly_right)
{
    uint8_t back[8];

    CHECK(!text_from_base64url(back, 2, b("Zm9v"))); // three bytes
    CHECK(!text_from_base64url(back, 4, b("Zm9v")));
    CHECK(!text_from_base64url(back, 1, b("Zh"))); // trailing bits
    CHECK(!text_from_base64url(back, 1, b("Zg==")));
    CHECK(!text_from_base64url(back, 3, b("Zm+v")));
    CHECK(!text_from_base64url(back, 3, b("Zm 9")));
}

TEST(joiners_stay_in_what_people_write_but_not_in_names)
{
    const char *const persian =
        "\xd9\x85\xdb\x8c\xe2\x80\x8c\xd8\xae\xd9\x88\xd8\xa7\xd9\x87\xd9\x85";
    char text[64];

    CHECK(text_clean_block(text, sizeof text, bytes_of_string(persian)));
    CHECK_STR(text, persian);
    CHECK(text_clean_line(text, sizeof text, bytes_of_string(persian)));
    CHECK(!strstr(text, "\xe2\x80\x8c"));
}
