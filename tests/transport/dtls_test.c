// SPDX-License-Identifier: AGPL-3.0-or-later
// transport/dtls_test.c - handshakes with lost, split, forged and hostile datagrams.
#include "support/check.h"
#include "support/dtls_client.h"
#include "support/random.h"
#include "transport/bench.h"

#include <malloc.h>
#include <string.h>

#define RECORD_LEN 13
#define MESSAGE_LEN 12
#define FRAGMENTS 50

static struct bench bench;

static bool is_dtls(const struct outgoing *datagram)
{
    return datagram->at[0] >= 20 && datagram->at[0] <= 63;
}

static bool both_connected(void)
{
    return transport_state(bench.transport) == TRANSPORT_CONNECTED &&
           peer_state(bench.peer) == PEER_CONNECTED;
}

static void check_media(void)
{
    uint8_t packet[OUTBOX_MTU];
    const size_t heard = bench.heard_rtp;
    const size_t peer_heard = bench.peer_heard_rtp;
    static uint16_t seq;

    CHECK(both_connected());
    CHECK(peer_send_rtp(bench.peer, bench.peer_out, bench_rtp(packet, 5, ++seq, 99)));
    CHECK(bench_gateway_sends(&bench, bench_rtp(packet, 6, seq, 99), false));
    bench_run(&bench, bench.now + MSEC(200));
    CHECK_EQ(bench.heard_rtp, heard + 1);
    CHECK_EQ(bench.peer_heard_rtp, peer_heard + 1);
}

// --- loss ----------------------------------------------------------------------------------------

static bool loses_first_flight(struct bench *b, bool to_gateway, const struct outgoing *datagram)
{
    return !to_gateway && is_dtls(datagram) && b->counter++ == 0;
}

TEST(a_lost_flight_is_sent_again_after_two_round_trips)
{
    bench_init(&bench, &(struct bench_options){.delay = MSEC(20)});
    bench.loses = loses_first_flight;
    // 3 round trips of 40 ms, and 80 ms until the flight is given up.
    CHECK_EQ(bench_connect(&bench), MSEC(200));
    CHECK_EQ(transport_rtt(bench.transport), MSEC(40)); // not measured by what was sent twice
    check_media();
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
    if (!is_dtls(datagram))
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
        check_media();
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
    if (to_gateway || !is_dtls(datagram))
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

// --- the ClientHello in pieces -------------------------------------------------------------------

static uint8_t hello[OUTBOX_MTU];
static size_t hello_len;

// Makes room for the record numbers of the pieces.
static void raise_numbers(uint8_t *at, size_t len)
{
    for (size_t start = 0; start + RECORD_LEN <= len;) {
        if (at[start + 4] == 0)
            at[start + 9]++; // adds 256
        start += RECORD_LEN + (size_t)(at[start + 11] << 8 | at[start + 12]);
    }
}

static bool takes_hello(struct bench *b, bool to_gateway, const struct outgoing *datagram)
{
    if (!to_gateway || !is_dtls(datagram))
        return false;
    if (b->counter++ > 0) {
        raise_numbers(datagram->at, datagram->len);
        return false;
    }
    memcpy(hello, datagram->at, datagram->len);
    hello_len = datagram->len;
    return true;
}

struct pieces {
    size_t count;
    size_t len[FRAGMENTS];
    uint8_t bytes[FRAGMENTS][OUTBOX_MTU];
};

static void add_piece(struct pieces *pieces, size_t offset, size_t len)
{
    const size_t at = pieces->count++;
    struct writer out = writer_over(pieces->bytes[at], OUTBOX_MTU);

    write_bytes(&out, bytes_of(hello, 5));
    write_u16(&out, 0);
    write_u32(&out, (uint32_t)(100 + at)); // record numbers differ
    write_u16(&out, (uint16_t)(MESSAGE_LEN + len));
    write_bytes(&out, bytes_of(hello + RECORD_LEN, 6));
    write_u24(&out, (uint32_t)offset);
    write_u24(&out, (uint32_t)len);
    write_bytes(&out, bytes_of(hello + RECORD_LEN + MESSAGE_LEN + offset, len));
    CHECK(out.ok);
    pieces->len[at] = writer_len(&out);
}

static void split_hello(struct pieces *pieces, size_t count, size_t overlap)
{
    const size_t whole = hello_len - RECORD_LEN - MESSAGE_LEN;

    pieces->count = 0;
    for (size_t i = 0; i < count; i++) {
        const size_t from = whole * i / count;
        size_t to = whole * (i + 1) / count + overlap;

        if (to > whole)
            to = whole;
        add_piece(pieces, from, to - from);
    }
}

static void inject_piece(const struct pieces *pieces, size_t at)
{
    CHECK_EQ(bench_inject(&bench, &bench.path.remote, bytes_of(pieces->bytes[at], pieces->len[at])),
             GOT_NOTHING);
}

static void connect_with_pieces(size_t count, size_t overlap, uint64_t seed, unsigned times)
{
    static struct pieces pieces;
    size_t order[FRAGMENTS];
    struct random random = random_seeded(seed);

    bench_init(&bench, &(struct bench_options){.delay = MSEC(5)});
    bench.loses = takes_hello;
    bench_run(&bench, MSEC(12));
    CHECK(hello_len > RECORD_LEN + MESSAGE_LEN);
    split_hello(&pieces, count, overlap);
    for (size_t i = 0; i < count; i++)
        order[i] = seed == 0 ? i : count - 1 - i;
    for (size_t i = count - 1; seed > 1 && i > 0; i--) {
        const size_t other = random_below(&random, i + 1);
        const size_t swap = order[i];
        order[i] = order[other];
        order[other] = swap;
    }
    for (size_t i = 0; i < count; i++)
        for (unsigned n = 0; n < times; n++)
            inject_piece(&pieces, order[i]);
    const usec took = bench_connect(&bench);
    if (took != MSEC(15))
        CHECK_FAIL("%zu pieces, overlap %zu, seed %u, times %u: %lld", count, overlap,
                   (unsigned)seed, times, (long long)took);
    check_media();
    bench_fini(&bench);
}

TEST(a_client_hello_may_come_in_pieces_in_any_order_doubled_and_overlapping)
{
    static const size_t counts[] = {2, 3, FRAGMENTS};

    for (size_t c = 0; c < ARRAY_LEN(counts); c++)
        for (uint64_t seed = 0; seed < 8; seed++)
            for (unsigned times = 1; times <= 2; times++)
                connect_with_pieces(counts[c], seed % 3, seed, times);
}

TEST(a_lost_piece_is_mended_by_the_repeated_hello)
{
    static struct pieces pieces;

    for (size_t lost = 0; lost < 2; lost++) {
        bench_init(&bench, &(struct bench_options){.delay = MSEC(5)});
        bench.loses = takes_hello;
        bench_run(&bench, MSEC(12));
        split_hello(&pieces, 2, 0);
        inject_piece(&pieces, 1 - lost);
        CHECK(bench_connect(&bench) >= MSEC(50)); // the browser's own timer
        check_media();
        bench_fini(&bench);
    }
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
    check_media();
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

// --- strangers -----------------------------------------------------------------------------------

// Offers TLS_NULL_WITH_NULL_NULL only (ASVS 5.0, 17.2.6).
static struct bytes null_hello(uint8_t at[static 128], uint8_t random)
{
    struct writer out = writer_over(at, 128);

    write_u8(&out, 22);
    write_u16(&out, 0xfefd);
    write_u16(&out, 0);
    write_u16(&out, 0);
    write_u32(&out, random);
    write_u16(&out, MESSAGE_LEN + 42);
    write_u8(&out, 1);
    write_u24(&out, 42);
    write_u16(&out, 0);
    write_u24(&out, 0);
    write_u24(&out, 42);
    write_u16(&out, 0xfefd);
    for (int i = 0; i < 32; i++)
        write_u8(&out, random);
    write_u16(&out, 0); // session id, cookie
    write_u16(&out, 2);
    write_u16(&out, 0);      // the null suite
    write_u16(&out, 0x0100); // no compression
    return bytes_of(at, writer_len(&out));
}

TEST(a_hello_from_another_address_changes_nothing)
{
    uint8_t bytes[128];
    const struct address stranger = address_v4(203, 0, 113, 66, 666);

    bench_init(&bench, &(struct bench_options){.delay = MSEC(5)});
    for (usec at = 0; at < MSEC(30); at += MSEC(1)) {
        const size_t sent = bench.sent;
        CHECK_EQ(bench_inject(&bench, &stranger, null_hello(bytes, 1)), GOT_NOTHING);
        CHECK_EQ(bench.sent, sent);
        bench_run(&bench, at);
    }
    CHECK_EQ(bench_dropped(&bench, DROP_UNKNOWN_PEER), 30);
    CHECK_EQ(bench_connect(&bench), MSEC(1));
    check_media();
    bench_fini(&bench);
}

TEST(a_forged_hello_before_the_real_one_fails_in_silence)
{
    uint8_t bytes[128];

    for (uint8_t times = 1; times <= 3; times++) {
        bench_init(&bench, &(struct bench_options){.delay = MSEC(5)});
        bench_run(&bench, MSEC(6)); // the path is proved, the hello not sent yet
        for (uint8_t i = 1; i <= times; i++) {
            const size_t sent = bench.sent;
            CHECK_EQ(bench_inject(&bench, &bench.path.remote, null_hello(bytes, i)), GOT_NOTHING);
            CHECK_EQ(bench.sent, sent); // no alert, which would end the browser's handshake
        }
        CHECK_EQ(transport_state(bench.transport), TRANSPORT_HANDSHAKE);
        CHECK(bench_connect(&bench) >= 0);
        check_media();
        bench_fini(&bench);
    }
}

TEST(forged_hellos_are_not_begun_without_end)
{
    uint8_t bytes[128];

    bench_init(&bench, &(struct bench_options){.delay = MSEC(5)});
    bench_run(&bench, MSEC(6));
    for (unsigned i = 0; i < 200; i++)
        (void)bench_inject(&bench, &bench.path.remote, null_hello(bytes, (uint8_t)i));
    bench_run(&bench, SEC(9));
    CHECK_EQ(transport_state(bench.transport), TRANSPORT_HANDSHAKE);
    bench_run(&bench, SEC(11));
    CHECK_EQ(transport_state(bench.transport), TRANSPORT_FAILED);
    bench_fini(&bench);
}

static size_t make_hello(uint8_t at[static OUTBOX_MTU])
{
    struct dtls_client *client;
    struct outbox *out;
    const struct path path = {0};

    CHECK_EQ(dtls_client_create(&client, &(struct dtls_client_options){0}), ERR_OK);
    CHECK_EQ(outbox_create(&out, 4), ERR_OK);
    dtls_client_tick(client, 0, &path, out);
    CHECK_EQ(outbox_count(out), 1);
    const size_t len = outbox_at(out, 0)->len;
    memcpy(at, outbox_at(out, 0)->at, len);
    outbox_destroy(out);
    dtls_client_destroy(client);
    return len;
}

static bool loses_answers_until_the_hello(struct bench *b, bool to_gateway,
                                          const struct outgoing *datagram)
{
    if (to_gateway && is_dtls(datagram))
        b->counter = 1;
    return !to_gateway && is_dtls(datagram) && b->counter == 0;
}

TEST(a_plausible_forged_hello_before_the_real_one_is_displaced)
{
    uint8_t forged[OUTBOX_MTU];
    const size_t len = make_hello(forged);

    bench_init(&bench, &(struct bench_options){.delay = MSEC(5)});
    bench.loses = loses_answers_until_the_hello;
    bench_run(&bench, MSEC(6));
    (void)bench_inject(&bench, &bench.path.remote, bytes_of(forged, len));
    CHECK_EQ(bench_connect(&bench), MSEC(24));
    check_media();
    bench_fini(&bench);
}

TEST(a_plausible_forged_hello_in_the_middle_does_not_displace_the_real_one)
{
    uint8_t forged[OUTBOX_MTU];
    const size_t len = make_hello(forged);

    for (usec at = MSEC(16); at < MSEC(30); at += MSEC(3)) {
        bench_init(&bench, &(struct bench_options){.delay = MSEC(5)});
        bench_run(&bench, at);
        (void)bench_inject(&bench, &bench.path.remote, bytes_of(forged, len));
        CHECK_EQ(bench_connect(&bench), MSEC(30) - at);
        check_media();
        bench_fini(&bench);
    }
}

// Of the forged hello in `hello`, from the browser's address; answers to it are lost.
static void inject_forged_piece(size_t from, size_t to)
{
    static struct pieces pieces;

    pieces.count = 0;
    add_piece(&pieces, from, to - from);
    pieces.bytes[0][10] = from > 0 ? 8 : 7; // record numbers the browser does not use now
    inject_piece(&pieces, 0);
}

TEST(pieces_of_a_forged_hello_do_not_mix_with_the_real_one)
{
    hello_len = make_hello(hello);
    const size_t whole = hello_len - RECORD_LEN - MESSAGE_LEN;

    // The start only, then both in reverse: an attempt whose start comes later.
    for (unsigned reversed = 0; reversed <= 1; reversed++) {
        bench_init(&bench, &(struct bench_options){.delay = MSEC(5)});
        bench.loses = loses_answers_until_the_hello;
        bench_run(&bench, MSEC(6));
        if (reversed)
            inject_forged_piece(60, whole);
        inject_forged_piece(0, 60);
        const size_t sent = bench.sent_dtls;
        CHECK_EQ(sent, reversed);
        CHECK_EQ(bench_connect(&bench), MSEC(24));
        CHECK_EQ(bench.sent_dtls, sent + 2); // nothing for the forged one
        check_media();
        bench_fini(&bench);
    }
}

static struct bytes record(uint8_t at[static OUTBOX_MTU], uint8_t type, uint16_t epoch,
                           uint64_t number, size_t len, uint8_t fill)
{
    struct writer out = writer_over(at, OUTBOX_MTU);

    write_u8(&out, type);
    write_u16(&out, 0xfefd);
    write_u64(&out, (uint64_t)epoch << 48 | number);
    write_u16(&out, (uint16_t)len);
    for (size_t i = 0; i < len; i++)
        write_u8(&out, fill);
    CHECK(out.ok);
    return bytes_of(at, writer_len(&out));
}

static void throw_garbage(void)
{
    uint8_t at[OUTBOX_MTU];

    for (uint8_t type = 20; type <= 24; type++)
        for (uint16_t epoch = 0; epoch <= 2; epoch++)
            for (size_t len = 0; len <= 25; len++)
                for (uint8_t fill = 0; fill <= 2; fill++) // alerts: (2, 2), (1, 1), (0, 0)
                    (void)bench_inject(&bench, &bench.path.remote,
                                       record(at, type, epoch, 5 + len, len, fill));
    (void)bench_inject(&bench, &bench.path.remote, null_hello(at, 3));
    (void)bench_inject(&bench, &bench.path.remote, record(at, 22, 1, (1ull << 48) - 1, 60, 7));
    for (unsigned i = 0; i < 10000; i++)
        (void)bench_inject(&bench, &bench.path.remote, record(at, 22, 2, i, 40, 7));
}

TEST(garbage_after_the_handshake_ends_nothing)
{
    bench_init(&bench, &(struct bench_options){.delay = MSEC(5)});
    CHECK(bench_connect(&bench) >= 0);
    const size_t sent = bench.sent;
    throw_garbage();
    CHECK_EQ(bench.sent, sent);
    check_media(); // frees the SSL object
    throw_garbage();
    CHECK_EQ(bench.sent, sent + 1);
    check_media();
    CHECK(!transport_peer_closed(bench.transport));
    bench_fini(&bench);
}

TEST(only_a_client_hello_begins_an_attempt)
{
    uint8_t at[OUTBOX_MTU];

    bench_init(&bench, &(struct bench_options){.delay = MSEC(5)});
    bench_run(&bench, MSEC(6));
    for (unsigned i = 0; i < 20; i++) {
        (void)bench_inject(&bench, &bench.path.remote, record(at, 20, 0, 1 + i, 1, 1));
        (void)bench_inject(&bench, &bench.path.remote, record(at, 22, 1, 1 + i, 50, 1));
    }
    CHECK_EQ(bench_dropped(&bench, DROP_DTLS), 40);
    CHECK_EQ(bench_connect(&bench), MSEC(24));
    bench_fini(&bench);
}

TEST(garbage_during_the_handshake_ends_nothing)
{
    for (usec at = MSEC(6); at < MSEC(30); at += MSEC(4)) {
        bench_init(&bench, &(struct bench_options){.delay = MSEC(5)});
        bench_run(&bench, at);
        uint8_t bytes[OUTBOX_MTU];
        for (uint8_t fill = 0; fill <= 2; fill++) {
            (void)bench_inject(&bench, &bench.path.remote, record(bytes, 21, 0, 9, 2, fill));
            (void)bench_inject(&bench, &bench.path.remote, record(bytes, 24, 0, 9, 20, fill));
            (void)bench_inject(&bench, &bench.path.remote, record(bytes, 23, 1, 9, 20, fill));
        }
        CHECK_EQ(bench_connect(&bench), MSEC(30) - at);
        check_media();
        bench_fini(&bench);
    }
}

TEST(only_an_authenticated_goodbye_is_noted_and_media_goes_on)
{
    uint8_t at[OUTBOX_MTU];

    bench_init(&bench, &(struct bench_options){.delay = MSEC(5)});
    CHECK(bench_connect(&bench) >= 0);
    (void)bench_inject(&bench, &bench.path.remote, record(at, 21, 1, 7, 2, 0));
    CHECK(!transport_peer_closed(bench.transport));
    peer_close(bench.peer, bench.now, bench.peer_out);
    bench_run(&bench, bench.now + MSEC(10));
    CHECK(transport_peer_closed(bench.transport));
    check_media();
    bench_fini(&bench);
}

TEST(the_ssl_object_is_gone_after_the_first_authentic_packet_or_the_deadline)
{
    uint8_t at[OUTBOX_MTU];

    bench_init(&bench, &(struct bench_options){.delay = MSEC(5)});
    CHECK(bench_connect(&bench) >= 0);
    (void)bench_inject(&bench, &bench.path.remote, record(at, 23, 1, 5, 30, 1));
    CHECK_EQ(bench_dropped(&bench, DROP_DTLS), 0); // OpenSSL looked at it
    check_media();
    (void)bench_inject(&bench, &bench.path.remote, record(at, 23, 1, 5, 30, 1));
    CHECK_EQ(bench_dropped(&bench, DROP_DTLS), 1);
    bench_fini(&bench);

    bench_init(&bench, &(struct bench_options){.delay = MSEC(5)});
    CHECK(bench_connect(&bench) >= 0);
    bench_run(&bench, SEC(11));
    (void)bench_inject(&bench, &bench.path.remote, record(at, 23, 1, 5, 30, 1));
    CHECK_EQ(bench_dropped(&bench, DROP_DTLS), 1);
    check_media();
    bench_fini(&bench);
}

// --- memory --------------------------------------------------------------------------------------

static struct bytes fragment_ahead(uint8_t at[static OUTBOX_MTU], uint16_t number, uint32_t len)
{
    static uint64_t record_number; // each is another record
    struct writer out = writer_over(at, OUTBOX_MTU);

    write_u8(&out, 22);
    write_u16(&out, 0xfefd);
    write_u64(&out, ++record_number);
    write_u16(&out, MESSAGE_LEN + 1);
    write_u8(&out, 11);
    write_u24(&out, len);
    write_u16(&out, number);
    write_u24(&out, 0);
    write_u24(&out, 1);
    write_u8(&out, 0);
    return bytes_of(at, writer_len(&out));
}

static bool loses_everything(struct bench *b, bool to_gateway, const struct outgoing *datagram)
{
    (void)b;
    (void)to_gateway;
    (void)datagram;
    return true;
}

// What one attempt holds at most, after a forged hello and `count` more datagrams.
static size_t held_by(struct bytes (*write)(uint8_t at[static OUTBOX_MTU], unsigned n,
                                            uint32_t len),
                      unsigned count, uint32_t len)
{
    uint8_t at[OUTBOX_MTU];
    uint8_t forged[OUTBOX_MTU];

    bench_init(&bench, &(struct bench_options){.delay = MSEC(5)});
    bench_run(&bench, MSEC(6));
    peer_fall_silent(bench.peer);
    bench.flying_count = 0; // the browser hears nothing and holds nothing
    bench.loses = loses_everything;
    const size_t forged_len = make_hello(forged);
    const size_t before = mallinfo2().uordblks;
    (void)bench_inject(&bench, &bench.path.remote, bytes_of(forged, forged_len));
    for (unsigned n = 1; n <= count; n++)
        (void)bench_inject(&bench, &bench.path.remote, write(at, n, len));
    const size_t held = mallinfo2().uordblks - before;
    bench_run(&bench, SEC(11));
    CHECK_EQ(transport_state(bench.transport), TRANSPORT_FAILED);
    const size_t left = mallinfo2().uordblks;
    if (left > before + 4096)
        CHECK_FAIL("%zu bytes stay behind", left - before);
    bench_fini(&bench);
    return held;
}

static struct bytes ahead(uint8_t at[static OUTBOX_MTU], unsigned n, uint32_t len)
{
    return fragment_ahead(at, (uint16_t)n, len);
}

static struct bytes early(uint8_t at[static OUTBOX_MTU], unsigned n, uint32_t len)
{
    return record(at, 22, 1, n, len, 7);
}

TEST(a_half_open_handshake_holds_at_most_160_kib_and_nothing_after_10_s)
{
    static const uint32_t lens[] = {1, 16384, 16385, 102400, (1u << 24) - 1};

    for (size_t i = 0; i < ARRAY_LEN(lens); i++) {
        const size_t held = held_by(ahead, 12, lens[i]);
        if (held > 160u * 1024)
            CHECK_FAIL("messages of %u hold %zu bytes", (unsigned)lens[i], held);
    }
    const size_t held = held_by(early, 1000, 100);
    if (held > 256u * 1024)
        CHECK_FAIL("early records hold %zu bytes", held);
}
