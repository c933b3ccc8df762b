// SPDX-License-Identifier: AGPL-3.0-or-later
// transport/dtls_stranger_test.c - forged hellos, garbage, and what they may cost.
#include "support/check.h"
#include "transport/bench.h"
#include "transport/records.h"

#include <malloc.h>

static struct bench bench;

TEST(a_hello_from_another_address_changes_nothing)
{
    uint8_t bytes[128];
    const struct address stranger = address_v4(203, 0, 113, 66, 666);

    bench_init(&bench, &(struct bench_options){.delay = MSEC(5)});
    for (usec at = 0; at < MSEC(30); at += MSEC(1)) {
        const size_t sent = bench.sent;
        CHECK_EQ(bench_inject(&bench, &stranger, dtls_null_hello(bytes, 1)), GOT_NOTHING);
        CHECK_EQ(bench.sent, sent);
        bench_run(&bench, at);
    }
    CHECK_EQ(bench_dropped(&bench, DROP_UNKNOWN_PEER), 30);
    CHECK_EQ(bench_connect(&bench), MSEC(1));
    bench_check_media(&bench);
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
            CHECK_EQ(bench_inject(&bench, &bench.path.remote, dtls_null_hello(bytes, i)),
                     GOT_NOTHING);
            CHECK_EQ(bench.sent, sent); // no alert, which would end the browser's handshake
        }
        CHECK_EQ(transport_state(bench.transport), TRANSPORT_HANDSHAKE);
        CHECK(bench_connect(&bench) >= 0);
        bench_check_media(&bench);
        bench_fini(&bench);
    }
}

TEST(forged_hellos_are_not_begun_without_end)
{
    uint8_t bytes[128];

    bench_init(&bench, &(struct bench_options){.delay = MSEC(5)});
    bench_run(&bench, MSEC(6));
    for (unsigned i = 0; i < 200; i++)
        (void)bench_inject(&bench, &bench.path.remote, dtls_null_hello(bytes, (uint8_t)i));
    bench_run(&bench, SEC(9));
    CHECK_EQ(transport_state(bench.transport), TRANSPORT_HANDSHAKE);
    bench_run(&bench, SEC(11));
    CHECK_EQ(transport_state(bench.transport), TRANSPORT_FAILED);
    bench_fini(&bench);
}

static bool loses_answers_until_the_hello(struct bench *b, bool to_gateway,
                                          const struct outgoing *datagram)
{
    if (to_gateway && dtls_is_record(datagram))
        b->counter = 1;
    return !to_gateway && dtls_is_record(datagram) && b->counter == 0;
}

TEST(a_plausible_forged_hello_before_the_real_one_is_displaced)
{
    uint8_t forged[OUTBOX_MTU];
    const size_t len = dtls_make_hello(forged);

    bench_init(&bench, &(struct bench_options){.delay = MSEC(5)});
    bench.loses = loses_answers_until_the_hello;
    bench_run(&bench, MSEC(6));
    (void)bench_inject(&bench, &bench.path.remote, bytes_of(forged, len));
    CHECK_EQ(bench_connect(&bench), MSEC(24));
    bench_check_media(&bench);
    bench_fini(&bench);
}

TEST(a_plausible_forged_hello_in_the_middle_does_not_displace_the_real_one)
{
    uint8_t forged[OUTBOX_MTU];
    const size_t len = dtls_make_hello(forged);

    for (usec at = MSEC(16); at < MSEC(30); at += MSEC(3)) {
        bench_init(&bench, &(struct bench_options){.delay = MSEC(5)});
        bench_run(&bench, at);
        (void)bench_inject(&bench, &bench.path.remote, bytes_of(forged, len));
        CHECK_EQ(bench_connect(&bench), MSEC(30) - at);
        bench_check_media(&bench);
        bench_fini(&bench);
    }
}

static void throw_garbage(void)
{
    uint8_t at[OUTBOX_MTU];

    for (uint8_t type = 20; type <= 24; type++)
        for (uint16_t epoch = 0; epoch <= 2; epoch++)
            for (size_t len = 0; len <= 25; len++)
                for (uint8_t fill = 0; fill <= 2; fill++) // alerts: (2, 2), (1, 1), (0, 0)
                    (void)bench_inject(&bench, &bench.path.remote,
                                       dtls_record(at, type, epoch, 5 + len, len, fill));
    (void)bench_inject(&bench, &bench.path.remote, dtls_null_hello(at, 3));
    (void)bench_inject(&bench, &bench.path.remote, dtls_record(at, 22, 1, (1ull << 48) - 1, 60, 7));
    for (unsigned i = 0; i < 10000; i++)
        (void)bench_inject(&bench, &bench.path.remote, dtls_record(at, 22, 2, i, 40, 7));
}

TEST(garbage_after_the_handshake_ends_nothing)
{
    bench_init(&bench, &(struct bench_options){.delay = MSEC(5)});
    CHECK(bench_connect(&bench) >= 0);
    const size_t sent = bench.sent;
    throw_garbage();
    CHECK_EQ(bench.sent, sent);
    bench_check_media(&bench); // frees the SSL object
    throw_garbage();
    CHECK_EQ(bench.sent, sent + 1);
    bench_check_media(&bench);
    CHECK(!transport_peer_closed(bench.transport));
    bench_fini(&bench);
}

TEST(only_a_client_hello_begins_an_attempt)
{
    uint8_t at[OUTBOX_MTU];

    bench_init(&bench, &(struct bench_options){.delay = MSEC(5)});
    bench_run(&bench, MSEC(6));
    for (unsigned i = 0; i < 20; i++) {
        (void)bench_inject(&bench, &bench.path.remote, dtls_record(at, 20, 0, 1 + i, 1, 1));
        (void)bench_inject(&bench, &bench.path.remote, dtls_record(at, 22, 1, 1 + i, 50, 1));
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
            (void)bench_inject(&bench, &bench.path.remote, dtls_record(bytes, 21, 0, 9, 2, fill));
            (void)bench_inject(&bench, &bench.path.remote, dtls_record(bytes, 24, 0, 9, 20, fill));
            (void)bench_inject(&bench, &bench.path.remote, dtls_record(bytes, 23, 1, 9, 20, fill));
        }
        CHECK_EQ(bench_connect(&bench), MSEC(30) - at);
        bench_check_media(&bench);
        bench_fini(&bench);
    }
}

// --- memory --------------------------------------------------------------------------------------

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
    const size_t forged_len = dtls_make_hello(forged);
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
    return dtls_fragment_ahead(at, (uint16_t)n, len);
}

static struct bytes early(uint8_t at[static OUTBOX_MTU], unsigned n, uint32_t len)
{
    return dtls_record(at, 22, 1, n, len, 7);
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
