// SPDX-License-Identifier: AGPL-3.0-or-later
// load/floor/aead_test.c - what the floor seals is SRTP: libsrtp2 opens it, and the other way round.
#include "load/floor/aead.h"

#include "load/floor/layout.h"
#include "support/check.h"
#include "transport/srtp.h"

#define PAYLOAD 100

struct pair {
    struct aead seals, opens;
    struct srtp *srtp; // remote is what the floor seals with, local what it opens with
    struct drops drops;
};

static struct pair pair_made(void)
{
    struct pair pair = {0};
    struct srtp_keys keys = {.profile = SRTP_GCM_128};
    uint8_t forwarded[MASTER_LEN], reported[MASTER_LEN];

    keys_master(forwarded, 7, KEY_FORWARDED, 3);
    keys_master(reported, 7, KEY_REPORTED, 3);
    memcpy(keys.remote, forwarded, MASTER_LEN);
    memcpy(keys.local, reported, MASTER_LEN);
    CHECK(aead_init(&pair.seals, forwarded, true));
    CHECK(aead_init(&pair.opens, reported, false));
    CHECK_EQ(srtp_start(&pair.srtp, &keys), ERR_OK);
    return pair;
}

static void pair_gone(struct pair *pair)
{
    srtp_stop(pair->srtp);
    aead_fini(&pair->seals);
    aead_fini(&pair->opens);
}

TEST(libsrtp2_opens_what_the_floor_seals)
{
    struct pair pair = pair_made();
    _Alignas(16) uint8_t packet[LAYOUT_MOST];
    uint8_t payload[PAYLOAD];
    const uint32_t source = 2;
    struct bytes plain;

    memset(payload, 0x5a, sizeof payload);
    layout_write(packet, LAYOUT_PICTURE, true, false, &source);
    layout_put16(packet + 2, 40000);
    layout_put32(packet + 8, 0x1234);
    CHECK(aead_seal_rtp(&pair.seals, 0x1234, 40000, packet, LAYOUT_FORWARDED_LEN,
                        bytes_of(payload, sizeof payload)));
    CHECK(srtp_open_rtp(pair.srtp, packet, LAYOUT_FORWARDED_LEN + PAYLOAD + AEAD_TAG_LEN, &plain,
                        &pair.drops));
    CHECK_EQ(plain.len, (size_t)LAYOUT_FORWARDED_LEN + PAYLOAD);
    CHECK_BYTES(plain.at + LAYOUT_FORWARDED_LEN, payload, PAYLOAD);
    pair_gone(&pair);
}

TEST(the_floor_opens_what_libsrtp2_seals)
{
    struct pair pair = pair_made();
    _Alignas(16) uint8_t packet[LAYOUT_MOST] = {0};
    size_t len = LAYOUT_PUBLISHED_LEN + PAYLOAD;

    layout_write(packet, LAYOUT_SOUND, false, false, NULL);
    layout_put16(packet + 2, 9);
    layout_put32(packet + 8, 0x77);
    memset(packet + LAYOUT_PUBLISHED_LEN, 0x33, PAYLOAD);
    CHECK(srtp_seal_rtp(pair.srtp, packet, &len, sizeof packet));
    CHECK(aead_open_rtp(&pair.opens, 0x77, 9, packet, len, LAYOUT_PUBLISHED_LEN));
    for (size_t i = 0; i < PAYLOAD; i++)
        CHECK_EQ(packet[LAYOUT_PUBLISHED_LEN + i], 0x33);
    pair_gone(&pair);
}

TEST(reports_go_both_ways)
{
    struct pair pair = pair_made();
    _Alignas(16) uint8_t packet[LAYOUT_MOST] = {0x80, 200, 0, 6, 0, 0, 0, 5};
    size_t len = 28;
    struct bytes plain;

    CHECK(aead_seal_rtcp(&pair.seals, 1, packet, len));
    CHECK(srtp_open_rtcp(pair.srtp, packet, len + AEAD_RTCP_TRAILER, &plain, &pair.drops));
    CHECK_EQ(plain.len, len);
    CHECK(srtp_seal_rtcp(pair.srtp, packet, &len, sizeof packet));
    CHECK(aead_open_rtcp(&pair.opens, packet, &len));
    CHECK_EQ(len, (size_t)28);
    pair_gone(&pair);
}

TEST(a_bit_changed_does_not_open)
{
    struct pair pair = pair_made();
    struct aead opens;
    uint8_t master[MASTER_LEN], packet[LAYOUT_MOST], payload[PAYLOAD] = {0};

    keys_master(master, 7, KEY_FORWARDED, 3);
    CHECK(aead_init(&opens, master, false));
    layout_write(packet, LAYOUT_PICTURE, true, false, NULL);
    CHECK(aead_seal_rtp(&pair.seals, 1, 1, packet, LAYOUT_PUBLISHED_LEN,
                        bytes_of(payload, sizeof payload)));
    packet[1] ^= 1;
    CHECK(!aead_open_rtp(&opens, 1, 1, packet, LAYOUT_PUBLISHED_LEN + PAYLOAD + AEAD_TAG_LEN,
                         LAYOUT_PUBLISHED_LEN));
    aead_fini(&opens);
    pair_gone(&pair);
}
