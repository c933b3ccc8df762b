// SPDX-License-Identifier: AGPL-3.0-or-later
// transport/sealed_again_test.c - the same sealed datagram once more: opened once, and never another in its
// place.
#include "support/check.h"
#include "transport/bench.h"

#include <string.h>

static struct bench bench;

// Sends a packet, and keeps its datagram as it left.
static size_t send_sealed(uint8_t kept[static OUTBOX_MTU], bool arrives)
{
    uint8_t packet[OUTBOX_MTU];
    const struct bytes rtp = bench_rtp(packet, 0x1234, ++bench.media_seq, 60);
    uint8_t *room = outbox_room(bench.out);

    memcpy(room, rtp.at, rtp.len);
    CHECK(transport_send_rtp(bench.transport, bench.out, rtp.len));
    const struct outgoing *last = outbox_at(bench.out, outbox_count(bench.out) - 1);
    const size_t len = last->len;
    memcpy(kept, last->at, len);
    if (!arrives)
        outbox_clear(bench.out);
    bench_run(&bench, bench.now + MSEC(20));
    return len;
}

static void connect(void)
{
    bench_init(&bench, &(struct bench_options){.delay = MSEC(5)});
    CHECK(bench_connect(&bench) >= 0);
}

TEST(the_second_copy_is_dropped_when_the_first_came)
{
    uint8_t kept[OUTBOX_MTU];

    connect();
    const size_t len = send_sealed(kept, true);
    const size_t heard = bench.peer_heard_rtp;
    CHECK(transport_send_sealed(bench.transport, bench.out, bytes_of(kept, len)));
    bench_run(&bench, bench.now + MSEC(20));
    CHECK_EQ(bench.peer_heard_rtp, heard);
    bench_fini(&bench);
}

TEST(the_second_copy_is_opened_when_the_first_was_lost)
{
    uint8_t kept[OUTBOX_MTU];
    uint8_t other[OUTBOX_MTU];

    connect();
    (void)send_sealed(other, true);
    const size_t len = send_sealed(kept, false);
    (void)send_sealed(other, true);
    const size_t heard = bench.peer_heard_rtp;
    CHECK(transport_send_sealed(bench.transport, bench.out, bytes_of(kept, len)));
    bench_run(&bench, bench.now + MSEC(20));
    CHECK_EQ(bench.peer_heard_rtp, heard + 1);
    CHECK_EQ(bench.last_len, 12 + 60);
    bench_fini(&bench);
}

TEST(nothing_is_sent_again_without_a_path)
{
    uint8_t kept[OUTBOX_MTU];

    connect();
    const size_t len = send_sealed(kept, true);
    peer_fall_silent(bench.peer);
    bench_run(&bench, bench.now + SEC(60));
    CHECK_EQ(transport_state(bench.transport), TRANSPORT_LOST);
    const uint64_t dropped = bench_dropped(&bench, DROP_NOT_CONNECTED);
    CHECK(!transport_send_sealed(bench.transport, bench.out, bytes_of(kept, len)));
    CHECK_EQ(bench_dropped(&bench, DROP_NOT_CONNECTED), dropped + 1);
    CHECK_EQ(outbox_count(bench.out), 0);
    bench_fini(&bench);
}

TEST(a_full_outbox_takes_no_copy)
{
    static const uint8_t kept[100] = {0x80};
    unsigned count = 0;

    connect();
    while (transport_send_sealed(bench.transport, bench.out, bytes_of(kept, sizeof kept)))
        count++;
    CHECK_EQ(count, 64);
    CHECK_EQ(bench_dropped(&bench, DROP_OUTBOX_FULL), 1);
    bench_fini(&bench);
}
