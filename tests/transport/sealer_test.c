// SPDX-License-Identifier: AGPL-3.0-or-later
// transport/sealer_test.c - the vector of the RFC, the same bytes as libsrtp2, and no number twice.
#include "transport/sealer.h"

#include "base/mem.h"
#include "support/check.h"
#include "support/random.h"

#include <srtp2/srtp.h>
#include <string.h>

#define ROOM 1500

static const uint8_t master[SEALER_KEY_LEN + SEALER_SALT_LEN] = "sixteen key bytestwelve salt";

static struct sealer *open_sealer(void)
{
    struct sealer_keys keys;
    struct sealer *s;

    CHECK(sealer_derive(&keys, master));
    CHECK_EQ(sealer_create(&s, &keys), ERR_OK);
    return s;
}

static size_t write_packet(uint8_t *at, uint32_t ssrc, uint16_t seq, size_t len)
{
    const uint8_t header[12] = {0x80,
                                96,
                                (uint8_t)(seq >> 8),
                                (uint8_t)seq,
                                1,
                                2,
                                3,
                                4,
                                (uint8_t)(ssrc >> 24),
                                (uint8_t)(ssrc >> 16),
                                (uint8_t)(ssrc >> 8),
                                (uint8_t)ssrc};

    memset(at, seq & 0xff, len);
    memcpy(at, header, sizeof header);
    return len;
}

static bool seals(struct sealer *s, uint32_t ssrc, uint16_t seq)
{
    uint8_t packet[ROOM];

    return sealer_seal(s, packet, write_packet(packet, ssrc, seq, 100));
}

// RFC 7714, section 16.1.1.
TEST(a_packet_of_the_rfc_is_sealed_as_there)
{
    static const char plain[] = "\x80\x40\xf1\x7b\x80\x41\xf8\xd3\x55\x01\xa0\xb2"
                                "Gallia est omnis divisa in partes tres";
    static const char sealed[] =
        "\x80\x40\xf1\x7b\x80\x41\xf8\xd3\x55\x01\xa0\xb2\xf2\x4d\xe3\xa3\xfb\x34\xde\x6c"
        "\xac\xba\x86\x1c\x9d\x7e\x4b\xca\xbe\x63\x3b\xd5\x0d\x29\x4e\x6f\x42\xa5\xf4\x7a"
        "\x51\xc7\xd1\x9b\x36\xde\x3a\xdf\x88\x33\x89\x9d\x7f\x27\xbe\xb1\x6a\x91\x52\xcf"
        "\x76\x5e\xe4\x39\x0c\xce";
    struct sealer_keys keys = {.salt = "Quid pro quo"};
    struct sealer *s;
    uint8_t packet[ROOM];

    for (uint8_t i = 0; i < SEALER_KEY_LEN; i++)
        keys.key[i] = i;
    CHECK_EQ(sealer_create(&s, &keys), ERR_OK);
    memcpy(packet, plain, sizeof plain - 1);
    CHECK(sealer_seal(s, packet, sizeof plain - 1));
    CHECK_EQ(sizeof sealed, sizeof plain + SEALER_TAG_LEN);
    CHECK_BYTES(packet, sealed, sizeof sealed - 1);
    sealer_destroy(s);
}

static srtp_t open_oracle(void)
{
    uint8_t key[sizeof master];
    srtp_policy_t policy = {
        .ssrc = {.type = ssrc_any_outbound}, .key = key, .window_size = SEALER_WINDOW};
    srtp_t oracle;

    memcpy(key, master, sizeof key);
    (void)srtp_init(); // fails when another test called it before
    srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp);
    srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp);
    CHECK_EQ(srtp_create(&oracle, &policy), srtp_err_status_ok);
    return oracle;
}

// CSRCs, an extension, and a payload of any length.
static size_t write_any(struct random *random, uint8_t *at, uint32_t ssrc, uint16_t seq)
{
    const size_t csrcs = random_below(random, 3);
    const size_t words = random_below(random, 5);
    const size_t clear = 12 + 4 * csrcs + (words ? 4 * words : 0);
    const size_t len = write_packet(at, ssrc, seq, clear + random_below(random, 1300));

    random_fill(random, at + 12, len - 12);
    at[0] = (uint8_t)(0x80 | csrcs | (words ? 0x10 : 0));
    if (words) {
        at[12 + 4 * csrcs + 2] = 0;
        at[12 + 4 * csrcs + 3] = (uint8_t)(words - 1);
    }
    return len;
}

// Five streams, each over several rounds of its numbers, with leaps and late ones.
TEST(every_packet_is_sealed_as_libsrtp2_seals_it)
{
    struct random random = random_seeded(3);
    struct sealer *s = open_sealer();
    srtp_t oracle = open_oracle();
    uint32_t next[5] = {0, 1, 40000, 65535, 30000};
    unsigned refused = 0;

    for (unsigned n = 0; n < 20000; n++) {
        uint8_t ours[ROOM], theirs[ROOM];
        const uint32_t stream = (uint32_t)random_below(&random, 5);
        const uint32_t back =
            random_chance(&random, 100000) ? (uint32_t)random_below(&random, 300) : 0;
        const uint32_t number = back < next[stream] ? next[stream] - back : next[stream];
        const size_t len = write_any(&random, ours, 77 + stream, (uint16_t)number);
        int sealed = (int)len;

        if (number == next[stream])
            next[stream] += 1 + (uint32_t)random_below(&random, 100);
        memcpy(theirs, ours, len);
        const bool worked = srtp_protect(oracle, theirs, &sealed) == srtp_err_status_ok;
        CHECK_EQ(sealer_seal(s, ours, len), worked);
        refused += !worked;
        if (worked)
            CHECK_BYTES(ours, theirs, len + SEALER_TAG_LEN);
    }
    CHECK(next[0] > 2 * 65536);
    CHECK(refused > 10 && refused < 2000);
    CHECK_EQ(srtp_dealloc(oracle), srtp_err_status_ok);
    sealer_destroy(s);
}

TEST(no_number_is_sealed_twice)
{
    struct sealer *s = open_sealer();

    CHECK(seals(s, 1, 65000));
    CHECK(!seals(s, 1, 65000));
    CHECK(seals(s, 2, 65000));
    CHECK(seals(s, 1, 64990)); // late
    CHECK(!seals(s, 1, 64990));
    for (uint32_t seq = 65001; seq < 65001 + 1000; seq++)
        CHECK(seals(s, 1, (uint16_t)seq));
    for (uint32_t seq = 65000; seq < 65001 + 1000; seq++)
        CHECK(!seals(s, 1, (uint16_t)seq));
    sealer_destroy(s);
}

TEST(late_numbers_are_sealed_as_far_as_is_known_that_they_were_not)
{
    struct sealer *s = open_sealer();

    CHECK(seals(s, 1, 10000));
    CHECK(seals(s, 1, 10000 + SEALER_WINDOW));
    CHECK(!seals(s, 1, 10000)); // sealed, and as old as that
    CHECK(seals(s, 1, 10001));
    CHECK(seals(s, 1, 12000)); // a leap: all between was not
    CHECK(seals(s, 1, 12000 - SEALER_WINDOW + 1));
    CHECK(!seals(s, 1, 12000 - SEALER_WINDOW));
    CHECK(seals(s, 1, 12000 - 5));
    CHECK(!seals(s, 1, 12000 - 5));
    sealer_destroy(s);
}

TEST(there_is_no_round_before_the_first)
{
    struct sealer *s = open_sealer();

    CHECK(seals(s, 1, 3));
    CHECK(seals(s, 1, 2));
    CHECK(seals(s, 1, 0));
    CHECK(!seals(s, 1, 65535));
    CHECK(seals(s, 1, 4));
    sealer_destroy(s);
}

TEST(one_ssrc_too_many_is_refused_and_costs_the_others_nothing)
{
    struct sealer *s = open_sealer();

    for (uint32_t ssrc = 0; ssrc < SEALER_STREAMS; ssrc++)
        CHECK(seals(s, ssrc, 7));
    CHECK(!seals(s, SEALER_STREAMS, 7));
    for (uint32_t ssrc = 0; ssrc < SEALER_STREAMS; ssrc++) {
        CHECK(!seals(s, ssrc, 7));
        CHECK(seals(s, ssrc, 8));
    }
    sealer_destroy(s);
}

TEST(what_is_no_packet_is_not_sealed)
{
    struct sealer *s = open_sealer();
    uint8_t packet[ROOM];

    CHECK(!sealer_seal(s, packet, write_packet(packet, 1, 1, 20) - 9));
    write_packet(packet, 1, 1, 20);
    packet[0] = 0x40;
    CHECK(!sealer_seal(s, packet, 20));
    packet[0] = 0x83; // three CSRCs
    CHECK(!sealer_seal(s, packet, 23));
    packet[0] = 0x90; // an extension of which only the header is there, and not that
    packet[14] = 0;
    packet[15] = 1;
    CHECK(!sealer_seal(s, packet, 15));
    CHECK(!sealer_seal(s, packet, 19));
    CHECK(sealer_seal(s, packet, 20)); // and no payload
    sealer_destroy(s);
}

TEST(a_few_streams_take_no_more_memory)
{
    struct sealer *s = open_sealer();
    const size_t before = mem_allocations();

    for (uint32_t ssrc = 0; ssrc < 16; ssrc++)
        for (uint16_t seq = 0; seq < 100; seq++)
            CHECK(seals(s, ssrc, seq));
    CHECK_EQ(mem_allocations(), before);
    mem_fail_at(1);
    CHECK(!seals(s, 16, 0));
    CHECK(seals(s, 16, 0));
    CHECK(mem_allocations() <= before + 3);
    CHECK(!seals(s, 3, 99)); // what was known stays known
    sealer_destroy(s);
}

TEST(a_sealer_without_memory_is_not_made)
{
    const struct sealer_keys keys = {.salt = "Quid pro quo"};
    struct sealer *s = NULL;

    for (size_t n = 1; n <= 3; n++) {
        mem_fail_at(n);
        CHECK_EQ(sealer_create(&s, &keys), ERR_NO_MEMORY);
    }
    mem_fail_at(0);
    CHECK_EQ(sealer_create(&s, &keys), ERR_OK);
    sealer_destroy(s);
    sealer_destroy(NULL);
}
