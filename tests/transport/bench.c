// SPDX-License-Identifier: AGPL-3.0-or-later
// transport/bench.c - the wire: delay, loss, and counting.
#include "transport/bench.h"

#include "support/check.h"

#include <string.h>

void bench_init(struct bench *bench, const struct bench_options *options)
{
    struct peer_options peer = options->peer;

    *bench = (struct bench){.delay = options->delay};
    bench->path = (struct path){.local = address_v4(192, 0, 2, 1, 5000),
                                .remote = address_v4(198, 51, 100, 7, 40000)};
    bench->local = (struct ice_credentials){.ufrag = "gate", .pwd = "gatewaygatewaygateway1"};
    if (peer.seed == 0)
        peer.seed = 1;
    CHECK_EQ(outbox_create(&bench->out, 64), ERR_OK);
    CHECK_EQ(outbox_create(&bench->peer_out, 64), ERR_OK);
    CHECK_EQ(certificate_create(&bench->certificate), ERR_OK);
    CHECK_EQ(peer_create(&bench->peer, &peer), ERR_OK);
    const struct fingerprint expected = peer_fingerprint_by(bench->peer, options->hash);
    CHECK_EQ(transport_create(&bench->transport, bench->certificate, &bench->local,
                              peer_credentials(bench->peer)->ufrag,
                              options->fingerprint ? options->fingerprint : &expected, bench->now),
             ERR_OK);
    const struct path path = path_reversed(&bench->path);
    peer_connect(bench->peer, bench->now, &path, &bench->local,
                 certificate_fingerprint(bench->certificate));
}

void bench_fini(struct bench *bench)
{
    peer_destroy(bench->peer);
    transport_destroy(bench->transport);
    certificate_destroy(bench->certificate);
    outbox_destroy(bench->peer_out);
    outbox_destroy(bench->out);
}

static void launch(struct bench *bench, struct outbox *from, bool to_gateway)
{
    for (size_t i = 0; i < outbox_count(from); i++) {
        const struct outgoing *datagram = outbox_at(from, i);

        if (!to_gateway) {
            bench->sent++;
            bench->sent_dtls += datagram->at[0] >= 20 && datagram->at[0] <= 63;
        }
        if (bench->loses && bench->loses(bench, to_gateway, datagram))
            continue;
        CHECK(bench->flying_count < BENCH_FLYING);
        struct bench_flying *flying = &bench->flying[bench->flying_count++];
        *flying = (struct bench_flying){.due = bench->now + bench->delay,
                                        .to_gateway = to_gateway,
                                        .path = path_reversed(&datagram->path),
                                        .len = datagram->len};
        memcpy(flying->bytes, datagram->at, datagram->len);
    }
    outbox_clear(from);
}

static void launch_all(struct bench *bench)
{
    launch(bench, bench->out, false);
    launch(bench, bench->peer_out, true);
}

static void note(struct bench *bench, enum got got, bool by_gateway, struct bytes plain)
{
    if (got == GOT_NOTHING)
        return;
    if (by_gateway) {
        bench->heard_rtp += got == GOT_RTP;
        bench->heard_rtcp += got == GOT_RTCP;
    } else {
        bench->peer_heard_rtp += got == GOT_RTP;
        bench->peer_heard_rtcp += got == GOT_RTCP;
    }
    bench->last_len = plain.len;
    memcpy(bench->last, plain.at, plain.len);
}

static enum got deliver(struct bench *bench, bool to_gateway, const struct path *path,
                        struct bytes bytes)
{
    _Alignas(16) uint8_t copy[65536];
    struct datagram in = {.path = *path, .at = copy, .len = bytes.len};
    struct bytes plain = bytes_of(NULL, 0);

    memcpy(copy, bytes.at, bytes.len);
    const enum got got =
        to_gateway ? transport_receive(bench->transport, bench->now, in, bench->out, &plain)
                   : peer_receive(bench->peer, bench->now, in, bench->peer_out, &plain);
    note(bench, got, to_gateway, plain);
    launch_all(bench);
    return got;
}

static bool deliver_due(struct bench *bench)
{
    for (size_t i = 0; i < bench->flying_count; i++) {
        const struct bench_flying flying = bench->flying[i];

        if (flying.due > bench->now)
            continue;
        bench->flying_count--;
        memmove(&bench->flying[i], &bench->flying[i + 1],
                (bench->flying_count - i) * sizeof *bench->flying);
        (void)deliver(bench, flying.to_gateway, &flying.path, bytes_of(flying.bytes, flying.len));
        return true;
    }
    return false;
}

static usec next_time(const struct bench *bench)
{
    usec next = usec_min(transport_deadline(bench->transport), peer_deadline(bench->peer));

    for (size_t i = 0; i < bench->flying_count; i++)
        next = usec_min(next, bench->flying[i].due);
    return next;
}

void bench_run(struct bench *bench, usec until)
{
    launch_all(bench);
    while (next_time(bench) <= until) {
        const usec next = next_time(bench);

        bench->now = next > bench->now ? next : bench->now;
        if (deliver_due(bench))
            continue;
        transport_tick(bench->transport, bench->now, bench->out);
        peer_tick(bench->peer, bench->now, bench->peer_out);
        launch_all(bench);
    }
    bench->now = until;
}

usec bench_connect(struct bench *bench)
{
    const usec start = bench->now;

    while (bench->now < start + SEC(10)) {
        if (transport_state(bench->transport) == TRANSPORT_CONNECTED &&
            peer_state(bench->peer) == PEER_CONNECTED)
            return bench->now - start;
        bench_run(bench, bench->now + MSEC(1));
    }
    return -1;
}

enum got bench_inject(struct bench *bench, const struct address *remote, struct bytes bytes)
{
    const struct path path = {.local = bench->path.local, .remote = *remote};
    return deliver(bench, true, &path, bytes);
}

struct bytes bench_rtp(uint8_t packet[static OUTBOX_MTU], uint32_t ssrc, uint16_t seq, size_t len)
{
    struct writer out = writer_over(packet, OUTBOX_MTU);

    write_u8(&out, 0x80);
    write_u8(&out, 111);
    write_u16(&out, seq);
    write_u32(&out, seq * 960u);
    write_u32(&out, ssrc);
    for (size_t i = 0; i < len; i++)
        write_u8(&out, (uint8_t)(i + seq));
    CHECK(out.ok);
    return bytes_of(packet, writer_len(&out));
}

struct bytes bench_rtcp(uint8_t packet[static OUTBOX_MTU], uint32_t ssrc)
{
    struct writer out = writer_over(packet, OUTBOX_MTU);

    write_u8(&out, 0x80);
    write_u8(&out, 201);
    write_u16(&out, 1);
    write_u32(&out, ssrc);
    return bytes_of(packet, writer_len(&out));
}

bool bench_gateway_sends(struct bench *bench, struct bytes packet, bool rtcp)
{
    memcpy(outbox_room(bench->out), packet.at, packet.len);
    const bool sent = rtcp ? transport_send_rtcp(bench->transport, bench->out, packet.len)
                           : transport_send_rtp(bench->transport, bench->out, packet.len);
    launch_all(bench);
    return sent;
}

void bench_check_media(struct bench *bench)
{
    uint8_t packet[OUTBOX_MTU];
    const size_t heard = bench->heard_rtp;
    const size_t peer_heard = bench->peer_heard_rtp;

    bench->media_seq++;
    CHECK_EQ(transport_state(bench->transport), TRANSPORT_CONNECTED);
    CHECK_EQ(peer_state(bench->peer), PEER_CONNECTED);
    CHECK(peer_send_rtp(bench->peer, bench->peer_out, bench_rtp(packet, 5, bench->media_seq, 99)));
    CHECK(bench_gateway_sends(bench, bench_rtp(packet, 6, bench->media_seq, 99), false));
    bench_run(bench, bench->now + MSEC(200));
    CHECK_EQ(bench->heard_rtp, heard + 1);
    CHECK_EQ(bench->peer_heard_rtp, peer_heard + 1);
}

uint64_t bench_dropped(const struct bench *bench, enum drop reason)
{
    return transport_drops(bench->transport)->count[reason];
}
