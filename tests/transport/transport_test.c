// SPDX-License-Identifier: AGPL-3.0-or-later
// transport/transport_test.c - connecting, talking and losing each other, seen from the door.
#include "transport/transport.h"

#include "base/mem.h"
#include "support/check.h"
#include "transport/bench.h"

#include <string.h>

static struct bench bench;

static void both_ways(struct bench *b, uint16_t seq)
{
    uint8_t packet[OUTBOX_MTU];
    const struct bytes rtp = bench_rtp(packet, 0x1234, seq, 700);
    const size_t heard = b->heard_rtp;
    const size_t peer_heard = b->peer_heard_rtp;

    CHECK(peer_send_rtp(b->peer, b->peer_out, rtp));
    bench_run(b, b->now + MSEC(100));
    CHECK_EQ(b->heard_rtp, heard + 1);
    CHECK_EQ(b->last_len, rtp.len);
    CHECK_BYTES(b->last, rtp.at, rtp.len);
    CHECK(bench_gateway_sends(b, rtp, false));
    bench_run(b, b->now + MSEC(100));
    CHECK_EQ(b->peer_heard_rtp, peer_heard + 1);
    CHECK_BYTES(b->last, rtp.at, rtp.len);
}

TEST(connects_in_three_round_trips_and_carries_rtp_and_rtcp_both_ways)
{
    uint8_t packet[OUTBOX_MTU];

    bench_init(&bench, &(struct bench_options){.delay = MSEC(20)});
    CHECK_EQ(transport_state(bench.transport), TRANSPORT_NEW);
    const usec took = bench_connect(&bench);
    CHECK_EQ(took, MSEC(120)); // ICE 1, DTLS 2
    CHECK_EQ(bench.sent_dtls, 2);
    CHECK_EQ(transport_rtt(bench.transport), MSEC(40));
    both_ways(&bench, 1);
    CHECK(peer_send_rtcp(bench.peer, bench.peer_out, bench_rtcp(packet, 1)));
    CHECK(bench_gateway_sends(&bench, bench_rtcp(packet, 2), true));
    bench_run(&bench, bench.now + MSEC(100));
    CHECK_EQ(bench.heard_rtcp, 1);
    CHECK_EQ(bench.peer_heard_rtcp, 1);
    bench_fini(&bench);
}

TEST(prefers_gcm_and_falls_back_to_counter_mode)
{
    bench_init(&bench, &(struct bench_options){0});
    CHECK(bench_connect(&bench) >= 0);
    CHECK(peer_uses_gcm(bench.peer));
    CHECK_EQ(transport_overhead(bench.transport), 16);
    bench_fini(&bench);

    bench_init(&bench,
               &(struct bench_options){.peer.dtls.srtp_profiles = "SRTP_AES128_CM_SHA1_80"});
    CHECK(bench_connect(&bench) >= 0);
    CHECK(!peer_uses_gcm(bench.peer));
    CHECK_EQ(transport_overhead(bench.transport), 10);
    both_ways(&bench, 1);
    bench_fini(&bench);
}

TEST(sealing_adds_exactly_the_overhead)
{
    uint8_t packet[OUTBOX_MTU];

    bench_init(&bench, &(struct bench_options){0});
    CHECK(bench_connect(&bench) >= 0);
    const struct bytes rtp = bench_rtp(packet, 1, 1, 100);
    memcpy(outbox_room(bench.out), rtp.at, rtp.len);
    CHECK(transport_send_rtp(bench.transport, bench.out, rtp.len));
    CHECK_EQ(outbox_at(bench.out, 0)->len, rtp.len + transport_overhead(bench.transport));
    CHECK(path_equal(&outbox_at(bench.out, 0)->path, &bench.path));
    bench_fini(&bench);
}

TEST(nothing_is_sent_without_keys_and_the_room_stays_free)
{
    uint8_t packet[OUTBOX_MTU];

    bench_init(&bench, &(struct bench_options){0});
    CHECK(!bench_gateway_sends(&bench, bench_rtp(packet, 1, 1, 100), false));
    CHECK(!bench_gateway_sends(&bench, bench_rtcp(packet, 1), true));
    CHECK_EQ(outbox_count(bench.out), 0);
    CHECK_EQ(bench_dropped(&bench, DROP_NOT_CONNECTED), 2);
    bench_fini(&bench);
}

TEST(a_full_outbox_drops_and_counts)
{
    struct outbox *one;
    uint8_t packet[OUTBOX_MTU];
    const struct bytes rtp = bench_rtp(packet, 1, 1, 100);

    bench_init(&bench, &(struct bench_options){0});
    CHECK(bench_connect(&bench) >= 0);
    CHECK_EQ(outbox_create(&one, 1), ERR_OK);
    memcpy(outbox_room(one), rtp.at, rtp.len);
    CHECK(transport_send_rtp(bench.transport, one, rtp.len));
    CHECK(!transport_send_rtp(bench.transport, one, rtp.len));
    CHECK_EQ(bench_dropped(&bench, DROP_OUTBOX_FULL), 1);
    CHECK_EQ(outbox_count(one), 1);
    outbox_destroy(one);
    bench_fini(&bench);
}

TEST(a_connected_transport_allocates_nothing)
{
    uint8_t packet[OUTBOX_MTU];

    bench_init(&bench, &(struct bench_options){.delay = MSEC(5)});
    CHECK(bench_connect(&bench) >= 0);
    both_ways(&bench, 1);
    const size_t before = mem_allocations();
    for (uint16_t seq = 2; seq < 1000; seq++) {
        CHECK(peer_send_rtp(bench.peer, bench.peer_out, bench_rtp(packet, 0x1234, seq, 900)));
        CHECK(peer_send_rtcp(bench.peer, bench.peer_out, bench_rtcp(packet, 1)));
        CHECK(bench_gateway_sends(&bench, bench_rtp(packet, 0x1234, seq, 900), false));
        CHECK(bench_gateway_sends(&bench, bench_rtcp(packet, 1), true));
        bench_run(&bench, bench.now + MSEC(20));
    }
    CHECK_EQ(bench.heard_rtp, 999);
    CHECK_EQ(bench.peer_heard_rtp, 999);
    CHECK_EQ(mem_allocations(), before);
    bench_fini(&bench);
}

TEST(a_transport_that_cannot_get_memory_is_not_made)
{
    struct certificate *certificate = NULL;
    struct transport *transport = NULL;
    const struct ice_credentials local = {.ufrag = "gate", .pwd = "gatewaygatewaygateway1"};
    const struct fingerprint remote = {.len = 32};

    mem_fail_at(1);
    CHECK_EQ(certificate_create(&certificate), ERR_NO_MEMORY);
    CHECK_EQ(certificate_create(&certificate), ERR_OK);
    mem_fail_at(1);
    CHECK_EQ(transport_create(&transport, certificate, &local, "", &remote, 0), ERR_NO_MEMORY);
    mem_fail_at(0);
    certificate_destroy(certificate);
    certificate_destroy(NULL);
    transport_destroy(NULL);
}

// Any allocation of a connecting transport may fail: it connects by a repetition or ends as failed.
TEST(a_failed_allocation_ends_at_most_its_own_transport)
{
    for (size_t n = 1; n < 8; n++) {
        bench_init(&bench, &(struct bench_options){.delay = MSEC(5)});
        mem_fail_at(n);
        const usec took = bench_connect(&bench);
        mem_fail_at(0);
        const enum transport_state state = transport_state(bench.transport);
        CHECK(took >= 0 ? state == TRANSPORT_CONNECTED : state == TRANSPORT_FAILED);
        bench_fini(&bench);
    }
}

static bool silent(struct bench *b, bool to_gateway, const struct outgoing *datagram)
{
    (void)b;
    (void)datagram;
    return to_gateway;
}

TEST(without_consent_for_30_s_sending_stops_and_the_next_check_resumes_it)
{
    uint8_t packet[OUTBOX_MTU];
    struct path evicted;

    bench_init(&bench, &(struct bench_options){.delay = MSEC(5)});
    CHECK(bench_connect(&bench) >= 0);
    both_ways(&bench, 1);
    const usec start = bench.now;
    bench.loses = silent;
    bench_run(&bench, start + SEC(27));
    CHECK_EQ(transport_state(bench.transport), TRANSPORT_CONNECTED);
    bench_run(&bench, start + SEC(31));
    CHECK_EQ(transport_state(bench.transport), TRANSPORT_LOST);
    CHECK_EQ(transport_path_count(bench.transport), 0);
    CHECK(transport_take_evicted(bench.transport, &evicted));
    CHECK(path_equal(&evicted, &bench.path));
    CHECK(!transport_take_evicted(bench.transport, &evicted));
    CHECK(!bench_gateway_sends(&bench, bench_rtp(packet, 0x1234, 2, 10), false));
    // Media alone does not bring it back.
    bench.loses = NULL;
    peer_fall_silent(bench.peer);
    const uint64_t unknown = bench_dropped(&bench, DROP_UNKNOWN_PEER);
    CHECK(peer_send_rtp(bench.peer, bench.peer_out, bench_rtp(packet, 0x1234, 9, 10)));
    bench_run(&bench, bench.now + SEC(1));
    CHECK_EQ(bench_dropped(&bench, DROP_UNKNOWN_PEER), unknown + 1);
    CHECK_EQ(transport_state(bench.transport), TRANSPORT_LOST);
    peer_move(bench.peer, bench.now, &bench.path.remote);
    bench_run(&bench, bench.now + MSEC(50));
    CHECK_EQ(transport_state(bench.transport), TRANSPORT_CONNECTED);
    both_ways(&bench, 20);
    bench_fini(&bench);
}

TEST(media_follows_a_browser_that_moves_to_another_network)
{
    const struct address elsewhere = address_v4(203, 0, 113, 9, 1024);

    bench_init(&bench, &(struct bench_options){.delay = MSEC(5)});
    CHECK(bench_connect(&bench) >= 0);
    both_ways(&bench, 1);
    const size_t dtls = bench.sent_dtls;
    peer_move(bench.peer, bench.now, &elsewhere);
    bench_run(&bench, bench.now + MSEC(100));
    both_ways(&bench, 2);
    CHECK_EQ(transport_path_count(bench.transport), 2);
    CHECK_EQ(bench.sent_dtls, dtls);
    bench_fini(&bench);
}

TEST(a_restart_keeps_keys_and_media)
{
    const struct ice_credentials ours = {.ufrag = "gat2", .pwd = "another-password-of-ours"};
    const struct ice_credentials theirs = {.ufrag = "brw2", .pwd = "another-password-of-them"};

    bench_init(&bench, &(struct bench_options){.delay = MSEC(5)});
    CHECK(bench_connect(&bench) >= 0);
    const size_t dtls = bench.sent_dtls;
    transport_restart_ice(bench.transport, bench.now, &ours, theirs.ufrag);
    CHECK(transport_has_ufrag(bench.transport, "gate"));
    CHECK(transport_has_ufrag(bench.transport, "gat2"));
    both_ways(&bench, 1); // over the old path, while the answer travels
    peer_restart_ice(bench.peer, bench.now, &theirs, &ours);
    bench_run(&bench, bench.now + MSEC(100));
    CHECK(!transport_has_ufrag(bench.transport, "gate"));
    both_ways(&bench, 2);
    CHECK_EQ(bench.sent_dtls, dtls);
    bench_run(&bench, bench.now + SEC(60));
    CHECK_EQ(transport_state(bench.transport), TRANSPORT_CONNECTED);
    bench_fini(&bench);
}

TEST(an_abandoned_handshake_is_failed_and_forgotten_after_10_s)
{
    struct path evicted;

    bench_init(&bench, &(struct bench_options){.delay = MSEC(5)});
    bench_run(&bench, MSEC(12)); // the check is answered, the hello on its way
    CHECK_EQ(transport_state(bench.transport), TRANSPORT_HANDSHAKE);
    bench.loses = silent;
    bench_run(&bench, SEC(9));
    CHECK_EQ(transport_state(bench.transport), TRANSPORT_HANDSHAKE);
    bench_run(&bench, SEC(11));
    CHECK_EQ(transport_state(bench.transport), TRANSPORT_FAILED);
    CHECK(!transport_peer_was_wrong(bench.transport));
    CHECK_EQ(transport_deadline(bench.transport), USEC_NEVER);
    CHECK(transport_take_evicted(bench.transport, &evicted));
    // Final: even a good check is answered by nothing.
    bench.loses = NULL;
    const size_t sent = bench.sent;
    bench_run(&bench, SEC(20));
    CHECK_EQ(bench.sent, sent);
    bench_fini(&bench);
}
