// SPDX-License-Identifier: AGPL-3.0-or-later
// transport/dtls_test.c - handshakes: lost datagrams, who may connect, how they end.
#include "support/check.h"
#include "support/random.h"
#include "transport/bench.h"
#include "transport/records.h"

#include <string.h>

static struct bench bench;

// --- loss ----------------------------------------------------------------------------------------

static bool loses_first_flight(struct bench *b, bool to_gateway, const struct outgoing *datagram)
{
    return !to_gateway && dtls_is_record(datagram) && b->counter++ == 0;
}

TEST(a_lost_flight_is_sent_again_after_two_round_trips)
{
    bench_init(&bench, &(struct bench_options){.delay = MSEC(20)});
    bench.loses = loses_first_flight;
    // 3 round trips of 40 ms, and 80 ms until the flight is given up.
    CHECK_EQ(bench_connect(&bench), MSEC(200));
    CHECK_EQ(transport_rtt(bench.transport), MSEC(40)); // not measured by what was sent twice
    bench_check_media(&bench);
    bench_fini(&bench);
}

TEST(a_lost_flight_on_a_short_way_is_sent_again_after_50_ms)
{
    bench_init(&bench, &(struct bench_options){.delay = MSEC(1)});
    bench.loses = loses_first_flight;
    CHECK_EQ(bench_connect(&bench), MSEC(56));
    bench_fini(&bench);
}

static bool loses_hellos_for_3_s_and_a_flight(struct bench *b, bool to_gateway,
                                              const struct outgoing *datagram)
{
    if (!dtls_is_record(datagram))
        return false;
    return to_gateway ? b->now < SEC(3) : b->counter++ == 0;
}

TEST(a_browser_that_starts_late_does_not_count_as_far_away)
{
    bench_init(&bench, &(struct bench_options){.delay = MSEC(5)});
    bench.loses = loses_hellos_for_3_s_and_a_flight;
    // Its hellos leave at 10, 60, 160, 360, 760, 1560 and 3160 ms; our flight at 3165 and 3215.
    CHECK_EQ(bench_connect(&bench), MSEC(3230));
    bench_fini(&bench);
}

static unsigned which_to_lose;

static bool loses_one(struct bench *b, bool to_gateway, const struct outgoing *datagram)
{
    (void)to_gateway;
    (void)datagram;
    return b->counter++ == which_to_lose;
}

TEST(any_one_datagram_may_be_lost)
{
    for (which_to_lose = 0; which_to_lose < 8; which_to_lose++) {
        bench_init(&bench, &(struct bench_options){.delay = MSEC(10)});
        bench.loses = loses_one;
        const usec took = bench_connect(&bench);
        CHECK(took >= 0 && took <= MSEC(160));
        bench.loses = NULL;
        bench_check_media(&bench);
        bench_fini(&bench);
    }
}

static struct random dice;

static bool loses_a_quarter(struct bench *b, bool to_gateway, const struct outgoing *datagram)
{
    (void)b;
    (void)to_gateway;
    (void)datagram;
    return random_chance(&dice, 250000);
}

TEST(handshakes_survive_a_quarter_of_all_datagrams_lost)
{
    for (uint64_t seed = 1; seed <= 60; seed++) {
        dice = random_seeded(seed);
        bench_init(&bench, &(struct bench_options){.delay = MSEC(15), .peer.seed = seed});
        bench.loses = loses_a_quarter;
        if (bench_connect(&bench) < 0)
            CHECK_FAIL("seed %u does not connect", (unsigned)seed);
        bench_fini(&bench);
    }
}

// NSS remembers the record numbers of what it dropped (RFC 6347, section 4.1.2.6).
static uint8_t last_number[6];
static unsigned flights_seen;

static bool loses_and_compares_numbers(struct bench *b, bool to_gateway,
                                       const struct outgoing *datagram)
{
    (void)b;
    if (to_gateway || !dtls_is_record(datagram))
        return false;
    CHECK(flights_seen == 0 || memcmp(datagram->at + 5, last_number, sizeof last_number) > 0);
    memcpy(last_number, datagram->at + 5, sizeof last_number);
    return flights_seen++ < 3;
}

TEST(a_repeated_flight_has_fresh_record_numbers)
{
    flights_seen = 0;
    bench_init(&bench, &(struct bench_options){.delay = MSEC(5)});
    bench.loses = loses_and_compares_numbers;
    CHECK_EQ(bench_connect(&bench), MSEC(30 + 50 + 100 + 200));
    CHECK_EQ(flights_seen, 5);
    bench_fini(&bench);
}

// --- who it is -----------------------------------------------------------------------------------

TEST(each_hash_of_the_right_certificate_is_accepted)
{
    for (unsigned hash = FINGERPRINT_SHA256; hash <= FINGERPRINT_SHA512; hash++) {
        bench_init(&bench, &(struct bench_options){.hash = (enum fingerprint_hash)hash});
        CHECK(bench_connect(&bench) >= 0);
        bench_fini(&bench);
    }
}

TEST(an_rsa_certificate_is_accepted)
{
    bench_init(&bench, &(struct bench_options){.peer.dtls.rsa = true, .delay = MSEC(5)});
    CHECK(bench_connect(&bench) >= 0);
    bench_check_media(&bench);
    bench_fini(&bench);
}

TEST(another_certificate_fails_for_good_and_no_media_starts)
{
    uint8_t packet[OUTBOX_MTU];

    bench_init(&bench, &(struct bench_options){.peer.dtls.certificate = DTLS_CLIENT_OTHER,
                                               .delay = MSEC(5)});
    bench_run(&bench, SEC(1));
    CHECK_EQ(transport_state(bench.transport), TRANSPORT_FAILED);
    CHECK(transport_peer_was_wrong(bench.transport));
    CHECK(!bench_gateway_sends(&bench, bench_rtp(packet, 1, 1, 10), false));
    bench_fini(&bench);
}

TEST(a_fingerprint_that_is_empty_cut_or_off_by_one_bit_matches_nothing)
{
    struct fingerprint wrong[3];

    bench_init(&bench, &(struct bench_options){0});
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        wrong[i] = *peer_fingerprint(bench.peer);
    bench_fini(&bench);
    wrong[0].len = 0;
    wrong[1].len = 31;
    wrong[2].digest[31] ^= 1;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        bench_init(&bench, &(struct bench_options){.fingerprint = &wrong[i]});
        bench_run(&bench, SEC(1));
        CHECK_EQ(transport_state(bench.transport), TRANSPORT_FAILED);
        bench_fini(&bench);
    }
}

TEST(no_certificate_never_connects)
{
    bench_init(&bench, &(struct bench_options){.peer.dtls.certificate = DTLS_CLIENT_NONE});
    bench_run(&bench, SEC(9));
    CHECK_EQ(transport_state(bench.transport), TRANSPORT_HANDSHAKE);
    bench_run(&bench, SEC(11));
    CHECK_EQ(transport_state(bench.transport), TRANSPORT_FAILED);
    CHECK(!transport_peer_was_wrong(bench.transport));
    bench_fini(&bench);
}

TEST(no_common_srtp_profile_fails)
{
    static const char *const profiles[] = {"", "SRTP_AES128_CM_SHA1_32", "SRTP_AEAD_AES_256_GCM"};

    for (size_t i = 0; i < ARRAY_LEN(profiles); i++) {
        bench_init(&bench, &(struct bench_options){.peer.dtls.srtp_profiles = profiles[i]});
        bench_run(&bench, SEC(1));
        CHECK_EQ(transport_state(bench.transport), TRANSPORT_FAILED);
        bench_fini(&bench);
    }
}

// --- after the handshake -------------------------------------------------------------------------

TEST(only_an_authenticated_goodbye_is_noted_and_media_goes_on)
{
    uint8_t at[OUTBOX_MTU];

    bench_init(&bench, &(struct bench_options){.delay = MSEC(5)});
    CHECK(bench_connect(&bench) >= 0);
    (void)bench_inject(&bench, &bench.path.remote, dtls_record(at, 21, 1, 7, 2, 0));
    CHECK(!transport_peer_closed(bench.transport));
    peer_close(bench.peer, bench.now, bench.peer_out);
    bench_run(&bench, bench.now + MSEC(10));
    CHECK(transport_peer_closed(bench.transport));
    bench_check_media(&bench);
    bench_fini(&bench);
}

TEST(the_ssl_object_is_gone_after_the_first_authentic_packet_or_the_deadline)
{
    uint8_t at[OUTBOX_MTU];

    bench_init(&bench, &(struct bench_options){.delay = MSEC(5)});
    CHECK(bench_connect(&bench) >= 0);
    (void)bench_inject(&bench, &bench.path.remote, dtls_record(at, 23, 1, 5, 30, 1));
    CHECK_EQ(bench_dropped(&bench, DROP_DTLS), 0); // OpenSSL looked at it
    bench_check_media(&bench);
    (void)bench_inject(&bench, &bench.path.remote, dtls_record(at, 23, 1, 5, 30, 1));
    CHECK_EQ(bench_dropped(&bench, DROP_DTLS), 1);
    bench_fini(&bench);

    bench_init(&bench, &(struct bench_options){.delay = MSEC(5)});
    CHECK(bench_connect(&bench) >= 0);
    bench_run(&bench, SEC(11));
    (void)bench_inject(&bench, &bench.path.remote, dtls_record(at, 23, 1, 5, 30, 1));
    CHECK_EQ(bench_dropped(&bench, DROP_DTLS), 1);
    bench_check_media(&bench);
    bench_fini(&bench);
}
