// SPDX-License-Identifier: AGPL-3.0-or-later
// support/seat.c - a handshake in virtual time, and pictures made by hand.
#include "support/seat.h"

#include "base/mem.h"
#include "sfu/fanout.h"
#include "sfu/packet.h"
#include "sfu/seq_map.h"
#include "sfu/slot_writer.h"
#include "support/check.h"
#include "wire/rtp_ext.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPUS = 111, VP8 = 96, RTX = 97, TRANSPORT_CC = 3 };

static void add_line(struct transport_parameters *p, enum line_role role, uint8_t slot)
{
    const bool video = role == LINE_CAMERA || role == LINE_SCREEN || role == LINE_SLOT_VIDEO;
    struct line_parameters *line = &p->lines[p->line_count];

    *line = (struct line_parameters){.role = role,
                                     .kind = video ? LINE_VIDEO : LINE_AUDIO,
                                     .extensions = {.transport_cc = TRANSPORT_CC},
                                     .payload_type = video ? VP8 : OPUS,
                                     .rtx_payload_type = video ? RTX : 0,
                                     .transport_cc = true,
                                     .nack = video,
                                     .layer_count = 1,
                                     .slot = slot,
                                     .ssrc = 1000u + 2u * p->line_count,
                                     .rtx_ssrc = video ? 1001u + 2u * p->line_count : 0};
    snprintf(line->mid, sizeof line->mid, "%d", p->line_count);
    p->line_count++;
}

static struct member *create_member(struct seat *seat, uint32_t number,
                                    const struct fingerprint *fingerprint,
                                    const struct ice_credentials *remote)
{
    struct transport_parameters *p = mem_zero(sizeof *p);
    struct member *m;

    CHECK(p != NULL);
    snprintf(p->local_ufrag, sizeof p->local_ufrag, "ours%u", (unsigned)number);
    snprintf(p->local_pwd, sizeof p->local_pwd, "a password of twenty-two");
    memcpy(p->remote_ufrag, remote->ufrag, sizeof p->remote_ufrag);
    memcpy(p->remote_pwd, remote->pwd, sizeof p->remote_pwd);
    p->fingerprint_hash = (uint8_t)fingerprint->hash;
    p->fingerprint_len = fingerprint->len;
    memcpy(p->fingerprint, fingerprint->digest, fingerprint->len);
    add_line(p, LINE_CAMERA, 0);
    add_line(p, LINE_SCREEN, 0);
    add_line(p, LINE_SLOT_AUDIO, 0);
    add_line(p, LINE_SLOT_VIDEO, 0);
    add_line(p, LINE_SLOT_VIDEO, 1);
    CHECK(sfu_member_create(&m, seat->router,
                            &(struct member_birth){.id = number,
                                                   .number = number,
                                                   .parameters = p,
                                                   .certificate = seat->certificate,
                                                   .seed = number,
                                                   .stream_numbers = &seat->stream_numbers},
                            seat->now) == ERR_OK);
    member_gate(m, seat->now, true);
    return m;
}

// To the viewer, and what it answers.
static void pump(struct seat *seat)
{
    struct bytes plain;

    seat_deliver(seat);
    peer_tick(seat->peer, seat->now, seat->peer_out);
    for (size_t i = 0; i < outbox_count(seat->peer_out); i++) {
        const struct outgoing *o = outbox_at(seat->peer_out, i);
        const struct datagram in = {.path = path_reversed(&o->path), .at = o->at, .len = o->len};
        (void)transport_receive(seat->viewer->transport, seat->now, in, seat->out, &plain);
    }
    outbox_clear(seat->peer_out);
}

static void connect(struct seat *seat)
{
    struct ice_credentials remote = {0};

    memcpy(remote.ufrag, seat->viewer->parameters->local_ufrag, sizeof remote.ufrag);
    memcpy(remote.pwd, seat->viewer->parameters->local_pwd, sizeof remote.pwd);
    seat->path = (struct path){.local = address_v4(10, 0, 0, 1, 40000),
                               .remote = address_v4(10, 0, 1, 1, 3478)};
    peer_connect(seat->peer, seat->now, &seat->path, &remote,
                 certificate_fingerprint(seat->certificate));
    for (int i = 0; i < 200 && (peer_state(seat->peer) != PEER_CONNECTED ||
                                transport_state(seat->viewer->transport) != TRANSPORT_CONNECTED);
         i++, seat->now += MSEC(10))
        pump(seat);
    CHECK(transport_state(seat->viewer->transport) == TRANSPORT_CONNECTED);
    member_watch_state(seat->viewer, seat->now);
}

struct slot *seat_slot(struct seat *seat, enum source_kind kind)
{
    return seat->viewer->pictures[kind == SOURCE_CAMERA ? 0 : 1];
}

void seat_open(struct seat *seat)
{
    *seat = (struct seat){.now = SEC(1)};
    list_init(&seat->touched);
    list_init(&seat->marked);
    CHECK(certificate_create(&seat->certificate) == ERR_OK);
    CHECK(outbox_create(&seat->out, 256) == ERR_OK);
    CHECK(outbox_create(&seat->peer_out, 64) == ERR_OK);
    CHECK(events_init(&seat->events) == ERR_OK);
    CHECK(fanout_create(&seat->fanout) == ERR_OK);
    CHECK(peer_create(&seat->peer, &(struct peer_options){.seed = 3}) == ERR_OK);
    seat->router = router_create(1, 0);
    seat->got = calloc(SEAT_PACKETS, sizeof *seat->got);
    CHECK(seat->router && seat->got);
    seat->router->events = &seat->events;
    seat->router->fanout = seat->fanout;
    seat->router->touched = &seat->touched;
    seat->router->marked = &seat->marked;
    seat->router->counters = &seat->counters;
    seat->sender = create_member(seat, 1, peer_fingerprint(seat->peer),
                                 &(struct ice_credentials){.ufrag = "nobody", .pwd = "nothing"});
    seat->viewer =
        create_member(seat, 2, peer_fingerprint(seat->peer), peer_credentials(seat->peer));
    connect(seat);
    slot_give(seat_slot(seat, SOURCE_CAMERA), &seat->sender->producers[SOURCE_CAMERA], seat->now);
    slot_give(seat_slot(seat, SOURCE_SCREEN), &seat->sender->producers[SOURCE_SCREEN], seat->now);
    seat->in_seq[SOURCE_CAMERA] = 65500;
    seat->in_seq[SOURCE_SCREEN] = 300;
}

void seat_close(struct seat *seat)
{
    sfu_member_destroy(seat->viewer);
    sfu_member_destroy(seat->sender);
    router_destroy(seat->router);
    fanout_destroy(seat->fanout);
    events_fini(&seat->events);
    peer_destroy(seat->peer);
    outbox_destroy(seat->out);
    outbox_destroy(seat->peer_out);
    certificate_destroy(seat->certificate);
    free(seat->got);
}

// X, I with 15 bits, S as the first of a picture; then a payload that says its number.
static size_t write_packet(uint8_t *to, size_t size, enum source_kind kind, uint16_t seq,
                           uint32_t timestamp, size_t payload_len, bool marker)
{
    struct writer out = writer_over(to, size);

    rtp_write_header(&out, &(struct rtp_fields){.marker = marker,
                                                .payload_type = VP8,
                                                .seq = seq,
                                                .timestamp = timestamp,
                                                .ssrc = 100u + (uint32_t)kind});
    write_u8(&out, 0x90);
    write_u8(&out, 0x80);
    write_u16(&out, (uint16_t)(0x8000 | (seq & 0x7fff)));
    write_u8(&out, 0x01); // not a key frame
    for (size_t i = 1; i < payload_len; i++)
        write_u8(&out, (uint8_t)(seq + i * 7));
    CHECK(out.ok);
    return writer_len(&out);
}

enum producer_verdict seat_receive(struct seat *seat, enum source_kind kind, size_t payload_len,
                                   bool marker)
{
    const struct stream stream = {.ssrc = 100u + (uint32_t)kind, .line = 0, .layer = 0};
    uint8_t bytes[PACKET_MAX];
    uint8_t original[PACKET_MAX];
    enum drop reason;
    struct packet packet;
    struct rtp_view rtp;

    const uint16_t seq = seat->in_seq[kind]++;
    const uint32_t timestamp = seat->frozen ? 7 : 3000u * seq;
    const size_t len = write_packet(bytes, sizeof bytes, kind, seq, timestamp, payload_len, marker);
    CHECK(rtp_read(&rtp, bytes_of(bytes, len)));
    return producer_receive(&seat->sender->producers[kind],
                            &(struct producer_input){.now = seat->now,
                                                     .stream = &stream,
                                                     .rtp = &rtp,
                                                     .plain = bytes_of(bytes, len),
                                                     .clock = &seat->sender->clock,
                                                     .original = original},
                            &packet, &reason);
}

uint16_t seat_place(struct seat *seat, enum source_kind kind, size_t payload_len, bool marker)
{
    struct slot *slot = seat_slot(seat, kind);
    const uint16_t in_seq = seat->in_seq[kind];
    uint16_t seq;

    CHECK(seat_receive(seat, kind, payload_len, marker) != PRODUCER_DROP);
    if (!seq_map_is_started(slot->map))
        seq_map_switch(slot->map, in_seq);
    CHECK(seq_map_place(slot->map, in_seq, &seq));
    const struct seq_sent sent = {.stream = seat->sender->producers[kind].layers[0].number,
                                  .timestamp = 3000u * in_seq + 77,
                                  .in_seq = in_seq,
                                  .marker = marker,
                                  .ids = {.picture_id = (uint16_t)(seq & 0x7fff)}};
    seq_map_sent(slot->map, seq, &sent);
    return seq;
}

void seat_write(struct seat *seat, enum source_kind kind, uint16_t seq)
{
    struct slot *slot = seat_slot(seat, kind);
    const struct seq_sent *sent = seq_map_find(slot->map, seq);
    struct rtp_fields fields = slot_fields(slot, slot->line->payload_type, slot->line->ssrc);
    struct cached_packet cached;
    struct vp8_view vp8;
    struct rtp_view rtp;

    CHECK(sent && packet_cache_find(slot->source->layers[0].cache, sent->in_seq, &cached));
    CHECK(rtp_read(&rtp, cached.packet) && vp8_read(&vp8, rtp.payload));
    fields.seq = seq;
    fields.marker = sent->marker;
    fields.timestamp = sent->timestamp;
    CHECK(slot_write_picture(slot, seat->now, &fields, &vp8, sent->ids, rtp.payload, seat->out));
    slot_count_sent(slot, seat->now, rtp.payload.len);
}

static void keep(struct seat *seat, struct bytes plain, size_t ip_bytes)
{
    struct seated *seated = &seat->got[seat->count];
    struct bytes value;

    CHECK(seat->count < SEAT_PACKETS);
    seated->at = seat->now;
    seated->ip_bytes = (uint16_t)ip_bytes;
    CHECK(rtp_read(&seated->rtp, plain));
    CHECK(rtp_ext_find(&seated->rtp, TRANSPORT_CC, &value));
    CHECK(transport_seq_read(&seated->transport_seq, value));
    CHECK(seated->rtp.payload.len <= SEAT_PAYLOAD);
    memcpy(seated->payload, seated->rtp.payload.at, seated->rtp.payload.len);
    seated->rtp.payload.at = seated->payload;
    seat->count++;
}

void seat_deliver(struct seat *seat)
{
    struct bytes plain;

    for (size_t i = 0; i < outbox_count(seat->out); i++) {
        const struct outgoing *o = outbox_at(seat->out, i);
        const struct datagram in = {.path = path_reversed(&o->path), .at = o->at, .len = o->len};
        if (peer_receive(seat->peer, seat->now, in, seat->peer_out, &plain) == GOT_RTP)
            keep(seat, plain, o->len + 28u);
    }
    outbox_clear(seat->out);
}
