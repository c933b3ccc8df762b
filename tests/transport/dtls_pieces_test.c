// SPDX-License-Identifier: AGPL-3.0-or-later
// transport/dtls_pieces_test.c - a ClientHello larger than a datagram, as all browsers send now.
#include "base/err.h"
#include "support/check.h"
#include "support/random.h"
#include "transport/bench.h"
#include "transport/records.h"

#include <string.h>

#define FRAGMENTS 50

static struct bench bench;

static uint8_t hello[OUTBOX_MTU];
static size_t hello_len;

// Makes room for the record numbers of the pieces.
static void raise_numbers(uint8_t *at, size_t len)
{
    for (size_t start = 0; start + DTLS_RECORD_LEN <= len;) {
        if (at[start + 4] == 0)
            at[start + 9]++; // adds 256
        start += DTLS_RECORD_LEN + (size_t)(at[start + 11] << 8 | at[start + 12]);
    }
}

static bool takes_hello(struct bench *b, bool to_gateway, const struct outgoing *datagram)
{
    if (!to_gateway || !dtls_is_record(datagram))
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
    write_u16(&out, (uint16_t)(DTLS_MESSAGE_LEN + len));
    write_bytes(&out, bytes_of(hello + DTLS_RECORD_LEN, 6));
    write_u24(&out, (uint32_t)offset);
    write_u24(&out, (uint32_t)len);
    write_bytes(&out, bytes_of(hello + DTLS_RECORD_LEN + DTLS_MESSAGE_LEN + offset, len));
    CHECK(out.ok);
    pieces->len[at] = writer_len(&out);
}

static void split_hello(struct pieces *pieces, size_t count, size_t overlap)
{
    const size_t whole = hello_len - DTLS_RECORD_LEN - DTLS_MESSAGE_LEN;

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
    CHECK(hello_len > DTLS_RECORD_LEN + DTLS_MESSAGE_LEN);
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
    bench_check_media(&bench);
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
        bench_check_media(&bench);
        bench_fini(&bench);
    }
}

// --- forged pieces -------------------------------------------------------------------------------

static bool loses_answers_until_the_hello(struct bench *b, bool to_gateway,
                                          const struct outgoing *datagram)
{
    if (to_gateway && dtls_is_record(datagram))
        b->counter = 1;
    return !to_gateway && dtls_is_record(datagram) && b->counter == 0;
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
    hello_len = dtls_make_hello(hello);
    const size_t whole = hello_len - DTLS_RECORD_LEN - DTLS_MESSAGE_LEN;

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
        bench_check_media(&bench);
        bench_fini(&bench);
    }
}
