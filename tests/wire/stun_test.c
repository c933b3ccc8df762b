// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/stun_test.c - the vectors of RFC 5769, and messages that lie.
#include "wire/stun.h"

#include "crypto/hash.h"
#include "support/check.h"
#include "wire/stun_attributes.h"

#include <string.h>

static const char password[] = "VOkJxbRl1RmTxUk/WvJxBt";

// RFC 5769, section 2.1
static const uint8_t sample_request[] = {
    0x00, 0x01, 0x00, 0x58, 0x21, 0x12, 0xa4, 0x42, 0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86,
    0xfa, 0x87, 0xdf, 0xae, 0x80, 0x22, 0x00, 0x10, 0x53, 0x54, 0x55, 0x4e, 0x20, 0x74, 0x65, 0x73,
    0x74, 0x20, 0x63, 0x6c, 0x69, 0x65, 0x6e, 0x74, 0x00, 0x24, 0x00, 0x04, 0x6e, 0x00, 0x01, 0xff,
    0x80, 0x29, 0x00, 0x08, 0x93, 0x2f, 0xf9, 0xb1, 0x51, 0x26, 0x3b, 0x36, 0x00, 0x06, 0x00, 0x09,
    0x65, 0x76, 0x74, 0x6a, 0x3a, 0x68, 0x36, 0x76, 0x59, 0x20, 0x20, 0x20, 0x00, 0x08, 0x00, 0x14,
    0x9a, 0xea, 0xa7, 0x0c, 0xbf, 0xd8, 0xcb, 0x56, 0x78, 0x1e, 0xf2, 0xb5, 0xb2, 0xd3, 0xf2, 0x49,
    0xc1, 0xb5, 0x71, 0xa2, 0x80, 0x28, 0x00, 0x04, 0xe5, 0x7a, 0x3b, 0xcf};

// Section 2.2
static const uint8_t sample_ipv4_response[] = {
    0x01, 0x01, 0x00, 0x3c, 0x21, 0x12, 0xa4, 0x42, 0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86,
    0xfa, 0x87, 0xdf, 0xae, 0x80, 0x22, 0x00, 0x0b, 0x74, 0x65, 0x73, 0x74, 0x20, 0x76, 0x65, 0x63,
    0x74, 0x6f, 0x72, 0x20, 0x00, 0x20, 0x00, 0x08, 0x00, 0x01, 0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43,
    0x00, 0x08, 0x00, 0x14, 0x2b, 0x91, 0xf5, 0x99, 0xfd, 0x9e, 0x90, 0xc3, 0x8c, 0x74, 0x89, 0xf9,
    0x2a, 0xf9, 0xba, 0x53, 0xf0, 0x6b, 0xe7, 0xd7, 0x80, 0x28, 0x00, 0x04, 0xc0, 0x7d, 0x4c, 0x96};

// Section 2.3
static const uint8_t sample_ipv6_response[] = {
    0x01, 0x01, 0x00, 0x48, 0x21, 0x12, 0xa4, 0x42, 0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86,
    0xfa, 0x87, 0xdf, 0xae, 0x80, 0x22, 0x00, 0x0b, 0x74, 0x65, 0x73, 0x74, 0x20, 0x76, 0x65, 0x63,
    0x74, 0x6f, 0x72, 0x20, 0x00, 0x20, 0x00, 0x14, 0x00, 0x02, 0xa1, 0x47, 0x01, 0x13, 0xa9, 0xfa,
    0xa5, 0xd3, 0xf1, 0x79, 0xbc, 0x25, 0xf4, 0xb5, 0xbe, 0xd2, 0xb9, 0xd9, 0x00, 0x08, 0x00, 0x14,
    0xa3, 0x82, 0x95, 0x4e, 0x4b, 0xe6, 0x7b, 0xf1, 0x17, 0x84, 0xc9, 0x7c, 0x82, 0x92, 0xc2, 0x75,
    0xbf, 0xe3, 0xed, 0x41, 0x80, 0x28, 0x00, 0x04, 0xc8, 0xfb, 0x0b, 0x4c};

#define BYTES(array) bytes_of((array), sizeof(array))

static bool is_authentic(const struct stun_view *stun)
{
    uint8_t copy[STUN_MAX_LEN];
    uint8_t tag[SHA1_SIZE];

    hash_hmac_sha1(tag, bytes_of_string(password), stun_integrity_input(stun, copy),
                   (struct bytes){0});
    return bytes_equal_secret(BYTES(tag), stun->integrity);
}

static void finish(struct writer *out)
{
    uint8_t tag[SHA1_SIZE];

    hash_hmac_sha1(tag, bytes_of_string(password), stun_integrity_begin(out), (struct bytes){0});
    stun_integrity_end(out, tag);
    stun_write_fingerprint(out);
}

static bool text_is(struct bytes bytes, const char *text)
{
    return bytes_equal(bytes, bytes_of_string(text));
}

TEST(the_sample_request_is_read_and_authentic)
{
    struct stun_view stun;

    CHECK(stun_read(&stun, BYTES(sample_request)));
    CHECK_EQ(stun.kind, STUN_REQUEST);
    CHECK_BYTES(stun.id.at, sample_request + 8, STUN_ID_LEN);
    CHECK(text_is(stun.username, "evtj:h6vY"));
    CHECK(stun.has_priority && stun.priority == 0x6e0001ff);
    CHECK(stun.controlled && !stun.controlling && !stun.use_candidate);
    CHECK_EQ(stun.tie_breaker, 0x932ff9b151263b36u);
    CHECK(stun.has_fingerprint);
    CHECK_EQ(stun.unknown_count, 0);
    CHECK(is_authentic(&stun));
}

TEST(the_sample_responses_are_read_and_authentic)
{
    struct stun_view stun;
    char text[ADDRESS_TEXT_SIZE];

    CHECK(stun_read(&stun, BYTES(sample_ipv4_response)));
    CHECK_EQ(stun.kind, STUN_SUCCESS);
    CHECK(stun.has_mapped);
    CHECK_STR(address_text(&stun.mapped, text), "192.0.2.1:32853");
    CHECK(is_authentic(&stun));
    CHECK(stun_read(&stun, BYTES(sample_ipv6_response)));
    CHECK_STR(address_text(&stun.mapped, text), "[2001:db8:1234:5678:11:2233:4455:6677]:32853");
    CHECK(is_authentic(&stun));
}

TEST(the_fingerprint_notices_every_changed_bit)
{
    uint8_t message[sizeof sample_request];
    struct stun_view stun;

    for (size_t bit = 0; bit < 8 * sizeof message; bit++) {
        memcpy(message, sample_request, sizeof message);
        message[bit / 8] ^= (uint8_t)(1u << bit % 8);
        if (stun_read(&stun, BYTES(message))) // renamed, or swallowed by a longer attribute
            CHECK(!stun.has_fingerprint);
    }
}

TEST(the_integrity_notices_every_changed_bit)
{
    uint8_t message[sizeof sample_request - 8];
    struct stun_view stun;

    memcpy(message, sample_request, sizeof message);
    message[3] -= 8; // without FINGERPRINT
    CHECK(stun_read(&stun, BYTES(message)) && is_authentic(&stun));
    for (size_t bit = 0; bit < 8 * sizeof message; bit++) {
        message[bit / 8] ^= (uint8_t)(1u << bit % 8);
        CHECK(!stun_read(&stun, BYTES(message)) || stun.integrity.len == 0 || !is_authentic(&stun));
        message[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

TEST(every_cut_is_refused)
{
    struct stun_view stun;

    for (size_t len = 0; len < sizeof sample_request; len++)
        CHECK(!stun_read(&stun, bytes_of(sample_request, len)));
}

TEST(only_binding_messages_are_read)
{
    uint8_t message[STUN_HEADER_LEN];
    struct stun_view stun;
    unsigned accepted = 0;

    memcpy(message, sample_request, sizeof message);
    message[2] = message[3] = 0;
    for (unsigned type = 0; type <= UINT16_MAX; type++) {
        message[0] = (uint8_t)(type >> 8);
        message[1] = (uint8_t)type;
        if (stun_read(&stun, BYTES(message)))
            accepted++;
    }
    CHECK_EQ(accepted, 4);
    message[0] = 0x01;
    message[1] = 0x11;
    CHECK(stun_read(&stun, BYTES(message)));
    CHECK_EQ(stun.kind, STUN_ERROR);
    message[0] = 0x00;
    CHECK(stun_read(&stun, BYTES(message)));
    CHECK_EQ(stun.kind, STUN_INDICATION);
}

TEST(a_success_comes_back_as_it_was_written)
{
    static const char *const texts[] = {"198.51.100.7", "2001:db8::7"};
    uint8_t message[200];
    struct stun_view stun;
    struct address mapped;

    for (size_t i = 0; i < 2; i++) {
        struct writer out = writer_over(message, sizeof message);
        CHECK(address_from_text(&mapped, texts[i]));
        mapped.port = 65535;
        stun_write_success(&out, sample_request + 8, &mapped);
        finish(&out);
        CHECK(out.ok);
        CHECK(stun_read(&stun, bytes_of(message, writer_len(&out))));
        CHECK_EQ(stun.kind, STUN_SUCCESS);
        CHECK(stun.has_mapped && address_equal(&stun.mapped, &mapped));
        CHECK(stun.has_fingerprint && is_authentic(&stun));
    }
}

TEST(an_error_comes_back_as_it_was_written)
{
    static const uint16_t unknown[] = {0x7ffe, 0x0033};
    static const uint8_t list[] = {0, 0x0a, 0, 4, 0x7f, 0xfe, 0x00, 0x33};
    uint8_t message[200];
    struct writer out = writer_over(message, sizeof message);
    struct stun_view stun;

    stun_write_error(&out, sample_request + 8, STUN_UNKNOWN_ATTRIBUTE, unknown, 2);
    CHECK_BYTES(message + 28, list, sizeof list);
    finish(&out);
    CHECK(stun_read(&stun, bytes_of(message, writer_len(&out))));
    CHECK_EQ(stun.kind, STUN_ERROR);
    CHECK_EQ(stun.error_code, 420);
    CHECK(is_authentic(&stun));

    out = writer_over(message, sizeof message);
    stun_write_error(&out, sample_request + 8, STUN_ROLE_CONFLICT, NULL, 0);
    CHECK(stun_read(&stun, bytes_of(message, writer_len(&out))));
    CHECK_EQ(stun.error_code, 487);
    CHECK_EQ(stun.integrity.len, 0);
}

static struct stun_request a_request(void)
{
    return (struct stun_request){
        .id = sample_request + 8,
        .username = bytes_of_string("abcd:efghi"),
        .priority = 1853824767,
        .tie_breaker = 0x0102030405060708u,
        .controlling = true,
        .use_candidate = true,
    };
}

TEST(a_request_comes_back_as_it_was_written)
{
    const struct stun_request request = a_request();
    uint8_t message[200];
    struct writer out = writer_over(message, sizeof message);
    struct stun_view stun;

    stun_write_request(&out, &request);
    finish(&out);
    CHECK(stun_read(&stun, bytes_of(message, writer_len(&out))));
    CHECK_EQ(stun.kind, STUN_REQUEST);
    CHECK(text_is(stun.username, "abcd:efghi"));
    CHECK_EQ(stun.priority, request.priority);
    CHECK_EQ(stun.tie_breaker, request.tie_breaker);
    CHECK(stun.controlling && !stun.controlled && stun.use_candidate && is_authentic(&stun));
}

TEST(a_writer_without_room_fails_and_keeps_to_its_memory)
{
    const struct stun_request request = a_request();
    uint8_t message[200];

    for (size_t size = 0; size < 92; size++) {
        struct writer out = writer_over(message, size);
        stun_write_request(&out, &request);
        finish(&out);
        CHECK(!out.ok);
    }
}

// Reads a request with one more attribute in front of MESSAGE-INTEGRITY.
static bool read_with(struct stun_view *stun, uint8_t message[static 2000], uint16_t type,
                      struct bytes value)
{
    const struct stun_request request = a_request();
    struct writer out = writer_over(message, 2000);

    stun_write_request(&out, &request);
    stun_write_attribute(&out, type, value);
    finish(&out);
    CHECK(out.ok);
    return stun_read(stun, bytes_of(message, writer_len(&out)));
}

TEST(unknown_attributes_that_must_be_understood_are_told)
{
    uint8_t message[2000];
    struct stun_view stun;

    CHECK(read_with(&stun, message, 0x7fff, bytes_of("abc", 3)));
    CHECK_EQ(stun.unknown_count, 1);
    CHECK_EQ(stun.unknown[0], 0x7fff);
    CHECK(read_with(&stun, message, 0xc057, bytes_of("abcd", 4))); // Chromium's
    CHECK_EQ(stun.unknown_count, 0);
}

TEST(the_first_of_two_equal_attributes_counts)
{
    uint8_t message[2000];
    struct stun_view stun;

    CHECK(read_with(&stun, message, STUN_USERNAME, bytes_of("zzzz:zzzz", 9)));
    CHECK(text_is(stun.username, "abcd:efghi"));
    CHECK(read_with(&stun, message, STUN_ICE_CONTROLLED, bytes_of("01234567", 8)));
    CHECK(stun.controlling && !stun.controlled);
}

TEST(attributes_of_a_wrong_size_are_refused)
{
    static const uint8_t zeros[1000];
    uint8_t message[2000];
    struct stun_view stun;

    for (size_t len = 0; len < 24; len++) {
        const struct bytes value = bytes_of(zeros, len);
        CHECK_EQ(read_with(&stun, message, STUN_PRIORITY, value), len == 4);
        CHECK_EQ(read_with(&stun, message, STUN_USE_CANDIDATE, value), len == 0);
        if (len != 20)
            CHECK(!read_with(&stun, message, STUN_MESSAGE_INTEGRITY, value));
        CHECK(!read_with(&stun, message, STUN_FINGERPRINT, value)); // wrong and not the last
    }
    CHECK(!read_with(&stun, message, STUN_USERNAME, (struct bytes){0}));
    CHECK(!read_with(&stun, message, STUN_USERNAME, bytes_of(zeros, 513)));
    CHECK(!read_with(&stun, message, 0xc001, bytes_of(zeros, 1000)) ||
          stun.message.len <= STUN_MAX_LEN);
}

TEST(what_follows_the_integrity_is_ignored)
{
    const struct stun_request request = a_request();
    uint8_t message[300];
    struct writer out = writer_over(message, sizeof message);
    uint8_t tag[SHA1_SIZE];
    struct stun_view stun;

    stun_write_request(&out, &request);
    hash_hmac_sha1(tag, bytes_of_string(password), stun_integrity_begin(&out), (struct bytes){0});
    stun_integrity_end(&out, tag);
    stun_write_attribute(&out, 0x7fff, bytes_of("abcd", 4));
    stun_write_attribute(&out, STUN_PRIORITY, bytes_of("abcd", 4));
    stun_write_fingerprint(&out);
    CHECK(stun_read(&stun, bytes_of(message, writer_len(&out))));
    CHECK_EQ(stun.unknown_count, 0);
    CHECK_EQ(stun.priority, request.priority);
    CHECK(is_authentic(&stun));
}

TEST(a_message_full_of_attributes_is_read_to_its_end)
{
    uint8_t message[STUN_MAX_LEN];
    struct writer out = writer_over(message, sizeof message);
    struct stun_view stun;

    stun_write_error(&out, sample_request + 8, 400, NULL, 0);
    while (out.end - out.at >= 4)
        stun_write_attribute(&out, 0x7000, (struct bytes){0});
    CHECK(stun_read(&stun, bytes_of(message, writer_len(&out))));
    CHECK_EQ(stun.unknown_count, STUN_MAX_UNKNOWN);
}

TEST(a_username_is_two_fragments_and_a_colon)
{
    static const char *const bad[] = {"",      ":",     "a:",      ":b",    "ab",
                                      "a:b:c", "a b:c", "a:b\x01", "\xff:b"};
    char longest[600];
    struct bytes receiver;
    struct bytes sender;

    CHECK(stun_split_username(bytes_of_string("evtj:h6v+/Y"), &receiver, &sender));
    CHECK(text_is(receiver, "evtj") && text_is(sender, "h6v+/Y"));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK(!stun_split_username(bytes_of_string(bad[i]), &receiver, &sender));
    memset(longest, 'a', sizeof longest);
    longest[256] = ':';
    CHECK(stun_split_username(bytes_of(longest, 513), &receiver, &sender));
    CHECK(!stun_split_username(bytes_of(longest, 514), &receiver, &sender));
}
