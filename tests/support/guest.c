// SPDX-License-Identifier: AGPL-3.0-or-later
// support/guest.c - what a browser does with its one peer connection.
#include "support/guest.h"

#include "support/arrived.h"
#include "support/check.h"
#include "support/guest_offer.h"
#include "wire/rtcp.h"
#include "wire/rtcp_feedback.h"
#include "wire/rtp.h"
#include "wire/rtp_ext.h"
#include "wire/transport_cc.h"

#include <stdlib.h>
#include <string.h>

#define OBEYS_AFTER MSEC(50) // WebSocket, page, and what the browser takes to set it
#define WAIT_FOR_REDUNDANCY MSEC(200)
#define RTT_UNKNOWN MSEC(100)

// Of a camera, lowest layer first, and of a screen.
static const uint32_t camera_bps[PARAMETERS_LAYERS] = {150000, 500000, 1500000};
#define SCREEN_BPS 1500000

// As much as a real camera sends.
static void fill_pictures(struct guest *g)
{
    struct sender *camera = &g->senders[SOURCE_CAMERA];

    for (uint8_t i = 0; i < camera->layer_count; i++)
        camera->layer_bps[i] = camera->layer_count > 1 ? camera_bps[i] : camera_bps[1];
    g->senders[SOURCE_SCREEN].layer_bps[0] = SCREEN_BPS;
}

void guest_init(struct guest *g, uint32_t number, uint64_t transport, usec now,
                const struct room_options *options, const struct fingerprint *gateway)
{
    struct ice_credentials remote = {0};

    *g = (struct guest){.number = number, .transport = transport};
    guest_offer(g, options);
    CHECK(peer_create(&g->peer, &(struct peer_options){.seed = transport}) == ERR_OK);
    struct transport_parameters *p = &g->parameters;
    memcpy(p->remote_ufrag, peer_credentials(g->peer)->ufrag, sizeof p->remote_ufrag);
    memcpy(p->remote_pwd, peer_credentials(g->peer)->pwd, sizeof p->remote_pwd);
    p->fingerprint_hash = (uint8_t)peer_fingerprint(g->peer)->hash;
    p->fingerprint_len = peer_fingerprint(g->peer)->len;
    memcpy(p->fingerprint, peer_fingerprint(g->peer)->digest, p->fingerprint_len);
    memcpy(remote.ufrag, p->local_ufrag, sizeof remote.ufrag);
    memcpy(remote.pwd, p->local_pwd, sizeof remote.pwd);
    g->path.local = address_v4(10, 0, 0, (uint8_t)number, (uint16_t)(40000 + transport));
    g->worker = options->worker;
    g->path.remote = address_v4(10, 0, 1, 1, (uint16_t)(ROOM_PORT + g->worker));
    for (uint8_t i = 0; i < SOURCE_KINDS; i++) {
        sender_init(&g->senders[i], &p->lines[i], 4 * number + i, guest_first_ssrc(g, i),
                    options->clock, &g->transport_seq);
        g->senders[i].temporal = options->temporal;
        g->senders[i].on = i == SOURCE_MICROPHONE || i == SOURCE_CAMERA;
    }
    if (options->natural)
        fill_pictures(g);
    g->arrived = calloc(1, sizeof *g->arrived);
    CHECK(g->arrived != NULL);
    for (uint8_t i = ROOM_FIRST_SLOT; i < p->line_count; i++)
        receiver_init(&g->receivers[i], &p->lines[i], true);
    peer_connect(g->peer, now, &g->path, &remote, gateway);
}

void guest_fini(struct guest *g)
{
    if (!g->peer)
        return;
    peer_destroy(g->peer);
    for (size_t i = 0; i < SOURCE_KINDS; i++)
        sender_fini(&g->senders[i]);
    for (uint8_t i = ROOM_FIRST_SLOT; i < g->parameters.line_count; i++)
        receiver_fini(&g->receivers[i]);
    free(g->arrived);
    *g = (struct guest){0};
}

struct emission {
    struct guest *guest;
    struct outbox *out;
};

static void emit(void *to, bool is_rtcp, struct bytes packet)
{
    const struct emission *e = to;

    CHECK(is_rtcp ? peer_send_rtcp(e->guest->peer, e->out, packet)
                  : peer_send_rtp(e->guest->peer, e->out, packet));
}

// Is it of a source this guest was told of, on the line it was told of?
static bool is_expected(const struct guest *g, uint8_t line, const struct rtp_view *rtp)
{
    struct bytes mid;

    if (rtp->payload.len == 0)
        return true; // padding is nobody's
    struct reader csrcs = reader_over(rtp->csrcs);
    const uint32_t csrc = read_u32(&csrcs);
    return (csrc == g->told[line] || csrc == g->told_before[line]) &&
           rtp_ext_find(rtp, guest_extensions.mid, &mid) &&
           bytes_equal(mid, bytes_of_string(g->parameters.lines[line].mid));
}

static void receive_rtp(struct guest *g, usec now, struct bytes plain, uint32_t ip_bytes)
{
    struct rtp_view rtp;
    struct bytes value;
    uint16_t seq;

    CHECK(rtp_read(&rtp, plain));
    g->rtp++;
    g->last_rtp = now;
    if (rtp_ext_find(&rtp, guest_extensions.transport_cc, &value) &&
        transport_seq_read(&seq, value))
        arrived_add(g->arrived, now, seq, ip_bytes);
    for (uint8_t i = ROOM_FIRST_SLOT; i < g->parameters.line_count; i++) {
        if (!receiver_take(&g->receivers[i], now, &rtp))
            continue;
        g->strange += !is_expected(g, i, &rtp);
        return;
    }
    g->strange++;
}

static void receive_feedback(struct guest *g, const struct rtcp_packet *packet, struct emission *to)
{
    struct transport_cc_status status;
    struct transport_cc cc;
    struct feedback feedback;
    uint16_t first;
    uint16_t bitmap;

    CHECK(feedback_read(&feedback, packet));
    CHECK_EQ(feedback.sender, g->parameters.feedback_ssrc);
    if (feedback.kind == FEEDBACK_PLI) {
        g->keys_asked++;
        for (size_t i = 0; i < SOURCE_KINDS; i++)
            (void)sender_wants_key(&g->senders[i], feedback.media);
    } else if (feedback.kind == FEEDBACK_NACK) {
        while (nack_next(&feedback.fci, &first, &bitmap))
            for (uint16_t n = 0; n <= 16; n++) {
                if (n && !(bitmap & 1u << (n - 1)))
                    continue;
                g->nacked++;
                for (size_t i = 0; i < SOURCE_KINDS; i++)
                    (void)sender_lost(&g->senders[i], feedback.media, (uint16_t)(first + n), emit,
                                      to);
            }
    } else if (feedback.kind == FEEDBACK_TRANSPORT_CC) {
        CHECK(transport_cc_read(&cc, &feedback));
        while (transport_cc_next(&cc, &status)) {
            g->reported += status.received;
            g->not_reported += !status.received;
        }
    }
}

static void receive_rtcp(struct guest *g, usec now, struct bytes plain, struct emission *to)
{
    struct rtcp_walk walk = rtcp_walk(plain);
    struct rtcp_packet packet;

    g->rtcp++;
    while (rtcp_next(&walk, &packet)) {
        struct rtcp_sender sender;
        struct bytes blocks;
        if (packet.type == RTCP_RTPFB || packet.type == RTCP_PSFB)
            receive_feedback(g, &packet, to);
        if (packet.type != RTCP_SR)
            continue;
        CHECK(rtcp_read_sr(&sender, &blocks, &packet));
        for (uint8_t i = ROOM_FIRST_SLOT; i < g->parameters.line_count; i++)
            if (g->parameters.lines[i].ssrc == sender.ssrc)
                receiver_reported(&g->receivers[i], now, sender.ntp, sender.timestamp);
    }
    CHECK(!walk.damaged);
}

void guest_receive(struct guest *g, usec now, struct datagram in, struct outbox *out)
{
    struct emission to = {g, out};
    const uint32_t ip_bytes = (uint32_t)in.len + 28;
    struct bytes plain;

    g->bytes_down += ip_bytes;
    switch (peer_receive(g->peer, now, in, out, &plain)) {
    case GOT_NOTHING:
        break;
    case GOT_RTP:
        receive_rtp(g, now, plain, ip_bytes);
        break;
    case GOT_RTCP:
        receive_rtcp(g, now, plain, &to);
        break;
    }
}

static void told_slots(struct guest *g, const struct sfu_event *event)
{
    for (uint8_t i = 0; i < event->slots.count; i++) {
        const struct sfu_slot_change *change = &event->slots.changes[i];
        CHECK(change->line < g->parameters.line_count);
        if (change->source != g->told[change->line] || change->paused)
            receiver_run(&g->receivers[change->line], 0, true);
        if (change->source != g->told[change->line])
            g->told_before[change->line] = g->told[change->line];
        g->told[change->line] = change->source;
        g->paused[change->line] = change->paused;
    }
}

static void told_layers(struct guest *g, usec now, const struct sfu_event *event)
{
    struct orders *orders = &g->orders[event->layers.kind];

    CHECK(event->layers.kind < SOURCE_KINDS);
    CHECK_EQ(event->layers.count, g->senders[event->layers.kind].layer_count);
    orders->due = now + OBEYS_AFTER;
    memcpy(orders->needed, event->layers.needed, sizeof orders->needed);
    g->layers_told++;
}

void guest_told(struct guest *g, usec now, const struct sfu_event *event)
{
    g->connected = g->connected || event->kind == SFU_TRANSPORT_CONNECTED;
    if (event->kind == SFU_TRANSPORT_LOST || event->kind == SFU_TRANSPORT_BACK)
        g->lost = event->kind == SFU_TRANSPORT_LOST;
    if (event->kind == SFU_SLOTS)
        told_slots(g, event);
    if (event->kind == SFU_LAYERS)
        told_layers(g, now, event);
    if (event->kind == SFU_VOICE) {
        g->senders[SOURCE_MICROPHONE].opus_bps = event->voice.max_bps;
        g->senders[SOURCE_MICROPHONE].redundancy = event->voice.redundancy;
    }
    if (event->kind != SFU_QUALITY)
        return;
    g->up = event->quality.up;
    g->down = event->quality.down;
    g->pictures_off = event->quality.pictures_off;
    for (uint8_t i = ROOM_FIRST_SLOT; i < g->parameters.line_count; i++)
        g->receivers[i].least = event->quality.redundancy ? WAIT_FOR_REDUNDANCY : 0;
}

// Layers nobody watches are not sent.
static void obey(struct guest *g, usec now)
{
    for (size_t kind = 0; kind < SOURCE_KINDS; kind++) {
        struct sender *sender = &g->senders[kind];
        if (g->ignores_orders || !g->orders[kind].due || now < g->orders[kind].due)
            continue;
        g->orders[kind].due = 0;
        for (uint8_t i = 0; i < sender->layer_count; i++)
            if (sender->layers[i].stopped == g->orders[kind].needed[i])
                sender_stop_layer(sender, i, !g->orders[kind].needed[i]);
    }
}

static void complain(struct guest *g, usec now, struct emission *to)
{
    const usec rtt = peer_rtt(g->peer) ? peer_rtt(g->peer) : RTT_UNKNOWN;
    uint16_t seqs[RECEIVER_ASKED];
    uint8_t packet[400];

    for (uint8_t i = ROOM_FIRST_SLOT; i < g->parameters.line_count; i++) {
        struct receiver *r = &g->receivers[i];
        struct writer out = writer_over(packet, sizeof packet);
        const size_t count = receiver_missing(r, now, rtt, seqs);
        if (count)
            CHECK(nack_write(&out, g->number, r->line->ssrc, seqs, count) == count);
        if (receiver_wants_key(r, now))
            pli_write(&out, g->number, r->line->ssrc);
        if (writer_len(&out))
            emit(to, true, bytes_of(packet, writer_len(&out)));
    }
}

// RFC 3550, section 6.4.1 and appendix A.3.
static struct rtcp_report report_of(struct receiver *r, usec now)
{
    struct receive_counts *c = &r->counts;
    const int64_t expected = c->highest - c->base + 1;
    const int64_t span = expected - c->expected_before;
    const int64_t lost = span - (c->received - c->received_before);

    c->expected_before = expected;
    c->received_before = c->received;
    return (struct rtcp_report){
        .ssrc = r->line->ssrc,
        .fraction_lost = (uint8_t)(lost > 0 && span > 0 ? 255 * lost / span : 0),
        .lost = (int32_t)(expected - c->received),
        .highest_seq = (uint32_t)(c->highest - 65536),
        .last_sr = r->has_report ? ntp_middle(r->report_ntp) : 0,
        .since_last_sr = r->has_report ? (uint32_t)((now - r->report_at) * 65536 / 1000000) : 0};
}

static void report(struct guest *g, usec now, struct emission *to)
{
    struct rtcp_report blocks[RTCP_MAX_COUNT];
    uint8_t packet[1000];
    struct writer out = writer_over(packet, sizeof packet);
    size_t count = 0;

    for (uint8_t i = ROOM_FIRST_SLOT; i < g->parameters.line_count; i++)
        if (g->receivers[i].counts.started && count < RTCP_MAX_COUNT)
            blocks[count++] = report_of(&g->receivers[i], now);
    rtcp_write_rr(&out, g->number, blocks, count);
    emit(to, true, bytes_of(packet, writer_len(&out)));
}

// Not datagrams again, which SRTP would refuse: the same words, sealed anew.
static void repeat(struct guest *g, struct bytes feedback, struct emission *to)
{
    if (!g->first_feedback_len) {
        memcpy(g->first_feedback, feedback.at, feedback.len);
        g->first_feedback_len = feedback.len;
    }
    for (int i = 0; i < 3; i++)
        emit(to, true, feedback);
    emit(to, true, bytes_of(g->first_feedback, g->first_feedback_len));
}

static void feed_back(struct guest *g, usec now, struct emission *to)
{
    const uint32_t media = g->parameters.lines[ROOM_FIRST_SLOT].ssrc;
    uint8_t packet[ARRIVED_FEEDBACK];
    size_t len;

    while ((len = arrived_feedback(g->arrived, now, g->number, media, packet)) > 0) {
        if (!g->keeps_feedback)
            emit(to, true, bytes_of(packet, len));
        if (g->repeats_feedback)
            repeat(g, bytes_of(packet, len), to);
    }
}

void guest_run(struct guest *g, usec now, struct outbox *out)
{
    struct emission to = {g, out};

    peer_tick(g->peer, now, out);
    if (peer_state(g->peer) != PEER_CONNECTED)
        return;
    obey(g, now);
    for (size_t i = 0; i < SOURCE_KINDS; i++)
        sender_run(&g->senders[i], now, emit, &to);
    complain(g, now, &to);
    feed_back(g, now, &to);
    if (now >= g->next_report) {
        g->next_report = now + SEC(1);
        report(g, now, &to);
    }
}
