// SPDX-License-Identifier: AGPL-3.0-or-later
// support/guest.c - what a browser does with its one peer connection.
#include "support/guest.h"

#include "support/check.h"
#include "wire/rtcp.h"
#include "wire/rtcp_feedback.h"
#include "wire/rtp.h"
#include "wire/rtp_ext.h"
#include "wire/transport_cc.h"

#include <stdio.h>
#include <string.h>

enum { OPUS = 111, VP8 = 96, RTX = 97 };

static const struct line_extensions extension_ids = {.mid = 4,
                                                     .rid = 10,
                                                     .repaired_rid = 11,
                                                     .audio_level = 1,
                                                     .transport_cc = 3,
                                                     .abs_send_time = 2};

static uint32_t first_ssrc(const struct guest *g, uint8_t line)
{
    return g->number << 20 | (uint32_t)line << 8;
}

static void add_line(struct transport_parameters *p, enum line_role role, enum line_kind kind)
{
    struct line_parameters *line = &p->lines[p->line_count];
    const bool video = kind == LINE_VIDEO;

    *line = (struct line_parameters){.role = role,
                                     .kind = kind,
                                     .extensions = extension_ids,
                                     .payload_type = video ? VP8 : OPUS,
                                     .rtx_payload_type = video ? RTX : 0,
                                     .transport_cc = true,
                                     .nack = video,
                                     .layer_count = 1};
    snprintf(line->mid, sizeof line->mid, "%d", p->line_count);
    p->line_count++;
}

static void add_slot(struct guest *g, uint8_t slot, enum line_kind kind)
{
    struct transport_parameters *p = &g->parameters;

    add_line(p, kind == LINE_VIDEO ? LINE_SLOT_VIDEO : LINE_SLOT_AUDIO, kind);
    struct line_parameters *line = &p->lines[p->line_count - 1];
    line->slot = slot;
    line->ssrc = 0x80000000u | first_ssrc(g, p->line_count);
    line->rtx_ssrc = kind == LINE_VIDEO ? line->ssrc + 1 : 0;
}

static void settle(struct guest *g, const struct room_options *options)
{
    struct transport_parameters *p = &g->parameters;

    *p = (struct transport_parameters){.feedback_ssrc = 0xfeed0000u + g->number};
    snprintf(p->local_ufrag, sizeof p->local_ufrag, "gateway%llu",
             (unsigned long long)g->transport);
    snprintf(p->local_pwd, sizeof p->local_pwd, "passwordofthegateway%llu",
             (unsigned long long)g->transport);
    snprintf(p->cname, sizeof p->cname, "cname%u", (unsigned)g->number);
    add_line(p, LINE_MICROPHONE, LINE_AUDIO);
    add_line(p, LINE_CAMERA, LINE_VIDEO);
    add_line(p, LINE_SCREEN, LINE_VIDEO);
    add_line(p, LINE_SCREEN_SOUND, LINE_AUDIO);
    if (options->simulcast) {
        struct line_parameters *camera = &p->lines[ROOM_CAMERA];
        camera->layer_count = 3;
        memcpy(camera->rids, (char[3][PARAMETERS_RID_SIZE]){"q", "h", "f"}, sizeof camera->rids);
    }
    for (uint8_t i = 0; i < options->pairs; i++) {
        add_slot(g, i, LINE_AUDIO);
        add_slot(g, i, LINE_VIDEO);
    }
    for (uint8_t i = 0; i < options->spares; i++)
        add_slot(g, (uint8_t)(options->pairs + i), LINE_AUDIO);
    if (options->announces_ssrcs)
        for (uint8_t line = 0; line < ROOM_FIRST_SLOT; line++)
            for (uint8_t layer = 0; layer < p->lines[line].layer_count; layer++) {
                p->lines[line].announced_ssrc[layer] = first_ssrc(g, line) + 2u * layer;
                p->lines[line].announced_rtx_ssrc[layer] = first_ssrc(g, line) + 2u * layer + 1;
            }
}

void guest_init(struct guest *g, uint32_t number, uint64_t transport, usec now,
                const struct room_options *options, const struct fingerprint *gateway)
{
    struct ice_credentials remote = {0};

    *g = (struct guest){.number = number, .transport = transport};
    settle(g, options);
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
    g->path.remote = address_v4(10, 0, 1, 1, 3478);
    for (uint8_t i = 0; i < SOURCE_KINDS; i++) {
        sender_init(&g->senders[i], &p->lines[i], 4 * number + i, first_ssrc(g, i), options->clock,
                    &g->transport_seq);
        g->senders[i].temporal = options->temporal;
        g->senders[i].on = i == SOURCE_MICROPHONE || i == SOURCE_CAMERA;
    }
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

static void receive_rtp(struct guest *g, usec now, struct bytes plain)
{
    struct rtp_view rtp;
    struct bytes mid;

    CHECK(rtp_read(&rtp, plain));
    g->rtp++;
    g->last_rtp = now;
    for (uint8_t i = ROOM_FIRST_SLOT; i < g->parameters.line_count; i++) {
        struct receiver *r = &g->receivers[i];
        if (!receiver_take(r, now, &rtp))
            continue;
        struct reader csrcs = reader_over(rtp.csrcs);
        const uint32_t csrc = read_u32(&csrcs);
        if ((csrc != g->told[i] && csrc != g->told_before[i]) ||
            !rtp_ext_find(&rtp, r->line->extensions.mid, &mid) ||
            !bytes_equal(mid, bytes_of_string(r->line->mid)))
            g->strange++;
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
    struct bytes plain;

    switch (peer_receive(g->peer, now, in, out, &plain)) {
    case GOT_NOTHING:
        break;
    case GOT_RTP:
        receive_rtp(g, now, plain);
        break;
    case GOT_RTCP:
        receive_rtcp(g, now, plain, &to);
        break;
    }
}

void guest_told(struct guest *g, const struct sfu_event *event)
{
    g->connected = g->connected || event->kind == SFU_TRANSPORT_CONNECTED;
    if (event->kind == SFU_TRANSPORT_LOST || event->kind == SFU_TRANSPORT_BACK)
        g->lost = event->kind == SFU_TRANSPORT_LOST;
    if (event->kind != SFU_SLOTS)
        return;
    for (uint8_t i = 0; i < event->slots.count; i++) {
        const uint8_t line = event->slots.changes[i].line;
        CHECK(line < g->parameters.line_count);
        g->told_before[line] = g->told[line];
        g->told[line] = event->slots.changes[i].source;
    }
}

static void complain(struct guest *g, usec now, struct emission *to)
{
    uint16_t seqs[RECEIVER_ASKED];
    uint8_t packet[400];

    for (uint8_t i = ROOM_FIRST_SLOT; i < g->parameters.line_count; i++) {
        struct receiver *r = &g->receivers[i];
        struct writer out = writer_over(packet, sizeof packet);
        const size_t count = receiver_missing(r, now, seqs);
        if (count)
            CHECK(nack_write(&out, g->number, r->line->ssrc, seqs, count) == count);
        if (receiver_wants_key(r, now))
            pli_write(&out, g->number, r->line->ssrc);
        if (writer_len(&out))
            emit(to, true, bytes_of(packet, writer_len(&out)));
    }
}

static void report(struct guest *g, usec now, struct emission *to)
{
    struct rtcp_report blocks[RTCP_MAX_COUNT];
    uint8_t packet[1000];
    struct writer out = writer_over(packet, sizeof packet);
    size_t count = 0;

    for (uint8_t i = ROOM_FIRST_SLOT; i < g->parameters.line_count; i++) {
        const struct receiver *r = &g->receivers[i];
        if (r->has_report && count < RTCP_MAX_COUNT)
            blocks[count++] = (struct rtcp_report){
                .ssrc = r->line->ssrc,
                .last_sr = ntp_middle(r->report_ntp),
                .since_last_sr = (uint32_t)((now - r->report_at) * 65536 / 1000000)};
    }
    rtcp_write_rr(&out, g->number, blocks, count);
    emit(to, true, bytes_of(packet, writer_len(&out)));
}

void guest_run(struct guest *g, usec now, struct outbox *out)
{
    struct emission to = {g, out};

    peer_tick(g->peer, now, out);
    if (peer_state(g->peer) != PEER_CONNECTED)
        return;
    for (size_t i = 0; i < SOURCE_KINDS; i++)
        sender_run(&g->senders[i], now, emit, &to);
    complain(g, now, &to);
    if (now >= g->next_report) {
        g->next_report = now + SEC(1);
        report(g, now, &to);
    }
}
