// SPDX-License-Identifier: AGPL-3.0-or-later
// transport/srtp_test.c - sealing and opening: tampered, replayed, cut, too many, out of order.
#include "transport/srtp.h"

#include "support/check.h"
#include "transport/bench.h"
#include "transport/sealer.h"

#include <string.h>

#define SSRC 0xcafe0001

static struct srtp *here;
static struct srtp *there;
static struct drops drops;
static enum srtp_profile profiles[] = {SRTP_GCM_128, SRTP_CM_128_SHA1_80};

struct sealed {
    size_t len;
    _Alignas(16) uint8_t at[OUTBOX_MTU];
};

static void start(enum srtp_profile profile)
{
    struct srtp_keys keys = {.profile = profile};
    struct srtp_keys mirrored = {.profile = profile};

    for (size_t i = 0; i < sizeof keys.local; i++) {
        keys.local[i] = mirrored.remote[i] = (uint8_t)(i + 1);
        keys.remote[i] = mirrored.local[i] = (uint8_t)(i + 101);
    }
    drops = (struct drops){0};
    CHECK_EQ(srtp_start(&here, &keys), ERR_OK);
    CHECK_EQ(srtp_start(&there, &mirrored), ERR_OK);
}

static void stop(void)
{
    srtp_stop(here);
    srtp_stop(there);
}

static struct sealed seal_rtp(uint32_t ssrc, uint16_t seq)
{
    struct sealed sealed;

    sealed.len = bench_rtp(sealed.at, ssrc, seq, 50).len;
    CHECK(srtp_seal_rtp(there, sealed.at, &sealed.len, sizeof sealed.at));
    return sealed;
}

static struct sealed seal_rtcp(uint32_t ssrc)
{
    struct sealed sealed;

    sealed.len = bench_rtcp(sealed.at, ssrc).len;
    CHECK(srtp_seal_rtcp(there, sealed.at, &sealed.len, sizeof sealed.at));
    return sealed;
}

static bool opens(struct sealed sealed)
{
    struct bytes plain = {0};

    if (!srtp_open_rtp(here, sealed.at, sealed.len, &plain, &drops))
        return false;
    CHECK(plain.at == sealed.at && plain.len == sealed.len - srtp_overhead(here));
    return true;
}

static bool opens_rtcp(struct sealed sealed)
{
    struct bytes plain = {0};
    return srtp_open_rtcp(here, sealed.at, sealed.len, &plain, &drops);
}

TEST(what_one_end_seals_the_other_opens)
{
    for (size_t i = 0; i < ARRAY_LEN(profiles); i++) {
        start(profiles[i]);
        CHECK(opens(seal_rtp(SSRC, 1)));
        CHECK(opens_rtcp(seal_rtcp(SSRC)));
        CHECK(!srtp_open_rtp(there, seal_rtp(SSRC, 2).at, 78, &(struct bytes){0}, &drops));
        stop();
    }
}

TEST(a_second_packet_with_the_same_number_is_dropped_as_replayed)
{
    for (size_t i = 0; i < ARRAY_LEN(profiles); i++) {
        start(profiles[i]);
        const struct sealed rtp = seal_rtp(SSRC, 1);
        const struct sealed rtcp = seal_rtcp(SSRC);
        CHECK(opens(rtp));
        CHECK(opens_rtcp(rtcp));
        for (unsigned n = 0; n < 3; n++) {
            CHECK(!opens(rtp));
            CHECK(!opens_rtcp(rtcp));
        }
        CHECK_EQ(drops.count[DROP_REPLAYED], 6);
        stop();
    }
}

TEST(any_flipped_bit_is_dropped_and_moves_nothing)
{
    for (size_t i = 0; i < ARRAY_LEN(profiles); i++) {
        start(profiles[i]);
        const struct sealed rtp = seal_rtp(SSRC, 1);
        const struct sealed rtcp = seal_rtcp(SSRC);
        for (size_t bit = 0; bit < 8 * rtp.len; bit++) {
            struct sealed tampered = rtp;
            tampered.at[bit / 8] ^= (uint8_t)(1u << bit % 8);
            CHECK(!opens(tampered));
        }
        for (size_t bit = 0; bit < 8 * rtcp.len; bit++) {
            struct sealed tampered = rtcp;
            tampered.at[bit / 8] ^= (uint8_t)(1u << bit % 8);
            CHECK(!opens_rtcp(tampered));
        }
        CHECK_EQ(drops.count[DROP_BAD_SRTP], 8 * (rtp.len + rtcp.len));
        CHECK(opens(rtp));
        CHECK(opens_rtcp(rtcp));
        stop();
    }
}

TEST(a_flood_of_bad_tags_with_the_next_number_does_not_lose_the_next_packet)
{
    start(SRTP_GCM_128);
    CHECK(opens(seal_rtp(SSRC, 65534)));
    struct sealed bad = seal_rtp(SSRC, 65535);
    const struct sealed good = bad;
    bad.at[bad.len - 1] ^= 1;
    for (unsigned n = 0; n < 100000; n++) {
        bad.at[2] = (uint8_t)(n >> 8); // the number too
        bad.at[3] = (uint8_t)n;
        CHECK(!opens(bad));
    }
    CHECK(opens(good));
    CHECK(opens(seal_rtp(SSRC, 0))); // over the wrap
    stop();
}

TEST(cut_long_and_unaligned_packets_are_dropped)
{
    for (size_t i = 0; i < ARRAY_LEN(profiles); i++) {
        static _Alignas(16) uint8_t large[65536];
        struct bytes plain;

        start(profiles[i]);
        const struct sealed rtp = seal_rtp(SSRC, 1);
        const struct sealed rtcp = seal_rtcp(SSRC);
        for (size_t len = 0; len < rtp.len; len++) {
            struct sealed cut = rtp;
            cut.len = len;
            CHECK(!opens(cut));
        }
        for (size_t len = 0; len < rtcp.len; len++) {
            struct sealed cut = rtcp;
            cut.len = len;
            CHECK(!opens_rtcp(cut));
        }
        for (size_t shift = 1; shift < 4; shift++) {
            memcpy(large + shift, rtp.at, rtp.len);
            CHECK(!srtp_open_rtp(here, large + shift, rtp.len, &plain, &drops));
            memcpy(large + shift, rtcp.at, rtcp.len);
            CHECK(!srtp_open_rtcp(here, large + shift, rtcp.len, &plain, &drops));
        }
        memcpy(large, rtp.at, rtp.len);
        CHECK(!srtp_open_rtp(here, large, 1501, &plain, &drops));
        CHECK(!srtp_open_rtp(here, large, 65507, &plain, &drops));
        CHECK(!srtp_open_rtcp(here, large, 65507, &plain, &drops));
        CHECK(opens(rtp));
        CHECK(opens_rtcp(rtcp));
        stop();
    }
}

TEST(an_authentic_packet_longer_than_any_link_carries_is_dropped)
{
    static _Alignas(16) uint8_t at[2000];
    struct bytes plain;
    size_t len = 1501 - 16;

    start(SRTP_GCM_128);
    (void)bench_rtp(at, SSRC, 1, 1);
    CHECK(srtp_seal_rtp(there, at, &len, sizeof at));
    CHECK(!srtp_open_rtp(here, at, len, &plain, &drops));
    len = 1500 - 16;
    (void)bench_rtp(at, SSRC, 2, 1);
    CHECK(srtp_seal_rtp(there, at, &len, sizeof at));
    CHECK(srtp_open_rtp(here, at, len, &plain, &drops));
    stop();
}

TEST(headers_that_run_over_the_tag_are_dropped)
{
    start(SRTP_CM_128_SHA1_80);
    for (unsigned flags = 0; flags < 256; flags++)
        for (size_t len = 12; len < 100; len++) {
            struct sealed odd = {.len = len};
            memset(odd.at, 0xff, len);
            odd.at[0] = (uint8_t)flags;
            CHECK(!opens(odd));
        }
    stop();
}

TEST(thirty_two_streams_are_heard_and_no_more)
{
    start(SRTP_GCM_128);
    for (uint32_t n = 0; n < SRTP_MAX_STREAMS; n++)
        CHECK(opens(seal_rtp(SSRC + n, 1)));
    for (uint32_t n = SRTP_MAX_STREAMS; n < SEALER_STREAMS; n++)
        CHECK(!opens(seal_rtp(SSRC + n, 1)));
    CHECK_EQ(drops.count[DROP_UNKNOWN_STREAM], SEALER_STREAMS - SRTP_MAX_STREAMS);
    CHECK(opens(seal_rtp(SSRC, 2)));
    CHECK(opens(seal_rtp(SSRC + SRTP_MAX_STREAMS - 1, 2)));
    for (uint32_t n = 0; n < SRTP_MAX_RTCP_SENDERS; n++)
        CHECK(opens_rtcp(seal_rtcp(SSRC + n)));
    CHECK(!opens_rtcp(seal_rtcp(SSRC + SRTP_MAX_RTCP_SENDERS)));
    stop();
}

TEST(forged_streams_take_no_place)
{
    start(SRTP_GCM_128);
    for (uint32_t n = 0; n < 10000; n++) {
        struct sealed forged = {.len = 90};
        (void)bench_rtp(forged.at, n, 1, 78);
        CHECK(!opens(forged));
    }
    CHECK_EQ(drops.count[DROP_BAD_SRTP], 10000);
    CHECK(opens(seal_rtp(SSRC, 1)));
    stop();
}

TEST(a_thousand_numbers_late_is_in_time_and_later_is_not)
{
    start(SRTP_GCM_128);
    const struct sealed first = seal_rtp(SSRC, 1);
    const struct sealed second = seal_rtp(SSRC, 2);
    for (uint16_t seq = 3; seq <= 1025; seq++)
        CHECK(opens(seal_rtp(SSRC, seq)));
    CHECK(opens(second));
    CHECK(!opens(first));
    CHECK_EQ(drops.count[DROP_REPLAYED], 1);
    stop();
}

TEST(numbers_wrap_and_packets_are_late_across_the_wrap)
{
    start(SRTP_CM_128_SHA1_80);
    CHECK(opens(seal_rtp(SSRC, 65533)));
    const struct sealed late = seal_rtp(SSRC, 65534);
    const struct sealed before = seal_rtp(SSRC, 65535);
    CHECK(opens(before));
    CHECK(opens(seal_rtp(SSRC, 0)));
    CHECK(opens(late));
    for (uint32_t seq = 1; seq < 70000; seq += 30000) // and jumps
        CHECK(opens(seal_rtp(SSRC, (uint16_t)seq)));
    stop();
}

TEST(nothing_is_sealed_twice_under_one_number)
{
    struct sealed again;

    start(SRTP_GCM_128);
    (void)seal_rtp(SSRC, 5);
    again.len = bench_rtp(again.at, SSRC, 5, 50).len;
    CHECK(!srtp_seal_rtp(there, again.at, &again.len, sizeof again.at));
    stop();
}

TEST(what_does_not_fit_or_is_no_packet_is_not_sealed)
{
    struct sealed packet;

    start(SRTP_GCM_128);
    packet.len = bench_rtp(packet.at, SSRC, 1, OUTBOX_MTU - 12 - 15).len;
    CHECK(!srtp_seal_rtp(there, packet.at, &packet.len, sizeof packet.at));
    packet.len = bench_rtp(packet.at, SSRC, 1, OUTBOX_MTU - 12 - 16).len;
    CHECK(srtp_seal_rtp(there, packet.at, &packet.len, sizeof packet.at));
    CHECK_EQ(packet.len, OUTBOX_MTU);
    packet.len = 11;
    CHECK(!srtp_seal_rtp(there, packet.at, &packet.len, sizeof packet.at));
    packet.len = 7;
    CHECK(!srtp_seal_rtcp(there, packet.at, &packet.len, sizeof packet.at));
    packet.len = sizeof packet.at;
    CHECK(!srtp_seal_rtcp(there, packet.at, &packet.len, sizeof packet.at));
    stop();
}

TEST(clear_rtp_and_another_members_packets_do_not_open)
{
    static struct bench bench;
    static struct bench other;
    uint8_t packet[OUTBOX_MTU];

    bench_init(&bench, &(struct bench_options){0});
    bench_init(&other, &(struct bench_options){.peer.seed = 2});
    CHECK(bench_connect(&bench) >= 0);
    CHECK(bench_connect(&other) >= 0);
    CHECK_EQ(bench_inject(&bench, &bench.path.remote, bench_rtp(packet, 1, 1, 80)), GOT_NOTHING);
    CHECK_EQ(bench_inject(&bench, &bench.path.remote, bench_rtcp(packet, 1)), GOT_NOTHING);
    CHECK(peer_send_rtp(other.peer, other.peer_out, bench_rtp(packet, 1, 1, 80)));
    const struct outgoing *theirs = outbox_at(other.peer_out, 0);
    CHECK_EQ(bench_inject(&bench, &bench.path.remote, bytes_of(theirs->at, theirs->len)),
             GOT_NOTHING);
    CHECK_EQ(bench.heard_rtp + bench.heard_rtcp, 0);
    // Its own packet from another address.
    const struct address elsewhere = address_v4(203, 0, 113, 66, 666);
    CHECK(peer_send_rtp(bench.peer, bench.peer_out, bench_rtp(packet, 1, 1, 80)));
    const struct outgoing own = *outbox_at(bench.peer_out, 0);
    uint8_t copy[OUTBOX_MTU];
    memcpy(copy, own.at, own.len);
    outbox_clear(bench.peer_out);
    CHECK_EQ(bench_inject(&bench, &elsewhere, bytes_of(copy, own.len)), GOT_NOTHING);
    CHECK_EQ(bench_dropped(&bench, DROP_UNKNOWN_PEER), 1);
    CHECK_EQ(bench_inject(&bench, &bench.path.remote, bytes_of(copy, own.len)), GOT_RTP);
    bench_fini(&other);
    bench_fini(&bench);
}
