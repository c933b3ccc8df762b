// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/sound_desk.c - two members of one router, of whom only one has a browser.
#include "sfu/sound_desk.h"

#include "base/mem.h"
#include "sfu/fanout.h"
#include "sfu/intake.h"
#include "support/check.h"
#include "transport/outbox.h"
#include "wire/rtcp_feedback.h"
#include "wire/rtp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPUS = 111, RED = 63 };
#define MICROPHONE_SSRC 0x1111u
#define SLOT_SSRC 0x2222u
#define FRAME_SAMPLES 960u
#define STEP MSEC(5)

static struct transport_parameters *parameters(const char *ufrag)
{
    struct transport_parameters *p = mem_zero(sizeof *p);

    CHECK(p != NULL);
    snprintf(p->local_ufrag, sizeof p->local_ufrag, "%s", ufrag);
    snprintf(p->local_pwd, sizeof p->local_pwd, "a password of twenty-two");
    snprintf(p->remote_ufrag, sizeof p->remote_ufrag, "theirs");
    p->fingerprint_len = 32;
    p->feedback_ssrc = 77;
    return p;
}

static struct line_parameters *add_line(struct transport_parameters *p, enum line_role role,
                                        const struct sound_desk_options *options)
{
    struct line_parameters *line = &p->lines[p->line_count++];

    *line = (struct line_parameters){.role = role,
                                     .kind = LINE_AUDIO,
                                     .payload_type = OPUS,
                                     .red_payload_type = options->red ? RED : 0,
                                     .nack = options->nack,
                                     .extensions = {.mid = 4, .transport_cc = 3},
                                     .transport_cc = true,
                                     .layer_count = 1};
    snprintf(line->mid, sizeof line->mid, "%d", p->line_count);
    return line;
}

static struct member *enter(struct sound_desk *desk, struct transport_parameters *p)
{
    struct member *m = NULL;
    const struct member_birth birth = {.id = p->lines[0].role,
                                       .number = p->lines[0].role,
                                       .parameters = p,
                                       .certificate = desk->certificate,
                                       .seed = 5,
                                       .stream_numbers = &desk->numbers};

    CHECK(sfu_member_create(&m, desk->router, &birth, desk->now) == ERR_OK);
    member_gate(m, desk->now, true);
    return m;
}

static void enter_speaker(struct sound_desk *desk, const struct sound_desk_options *options)
{
    struct transport_parameters *p = parameters("speaker");

    add_line(p, LINE_MICROPHONE, options)->announced_ssrc[0] = MICROPHONE_SSRC;
    desk->speaker = enter(desk, p);
}

static void enter_viewer(struct sound_desk *desk, const struct sound_desk_options *options)
{
    struct transport_parameters *p = parameters("viewer");
    struct ice_credentials gateway = {0};

    add_line(p, LINE_SLOT_AUDIO, options)->ssrc = SLOT_SSRC;
    CHECK(peer_create(&desk->peer, &(struct peer_options){.seed = 3}) == ERR_OK);
    memcpy(p->remote_ufrag, peer_credentials(desk->peer)->ufrag, sizeof p->remote_ufrag);
    memcpy(p->fingerprint, peer_fingerprint(desk->peer)->digest, p->fingerprint_len);
    memcpy(gateway.ufrag, p->local_ufrag, sizeof gateway.ufrag);
    memcpy(gateway.pwd, p->local_pwd, sizeof gateway.pwd);
    desk->viewer = enter(desk, p);
    desk->path.local = address_v4(10, 0, 0, 1, 40000);
    desk->path.remote = address_v4(10, 0, 1, 1, 3478);
    peer_connect(desk->peer, desk->now, &desk->path, &gateway,
                 certificate_fingerprint(desk->certificate));
}

// --- the line down -------------------------------------------------------------------------------

static bool is_lost(struct sound_desk *desk)
{
    const bool lost = desk->lost_next;

    desk->lost_next = false;
    if (desk->burst_enters)
        desk->in_burst = desk->in_burst ? !random_chance(&desk->random, desk->burst_leaves)
                                        : random_chance(&desk->random, desk->burst_enters);
    return lost || desk->in_burst || (desk->loses && random_chance(&desk->random, desk->loses));
}

static uint32_t take_frame(struct sound_desk *desk, struct bytes payload, uint32_t timestamp)
{
    struct reader in = reader_over(payload);

    (void)read_u8(&in);
    const uint32_t frame = read_u32(&in);
    CHECK(in.ok && frame < DESK_FRAMES);
    if (!desk->heard_at[frame]) {
        desk->heard_at[frame] = desk->now;
        desk->timestamps[frame] = timestamp;
    }
    desk->moved = desk->moved || desk->timestamps[frame] != timestamp;
    return frame;
}

static void take_packet(struct sound_desk *desk, struct bytes plain, size_t ip_bytes)
{
    struct desk_packet *packet = &desk->packets[desk->count++];
    struct rtp_view rtp;
    struct red red = {0};

    CHECK(desk->count < DESK_PACKETS);
    CHECK(rtp_read(&rtp, plain));
    CHECK_EQ(rtp.ssrc, SLOT_SSRC);
    *packet = (struct desk_packet){.at = desk->now,
                                   .seq = rtp.seq,
                                   .payload_type = rtp.payload_type,
                                   .marker = rtp.marker,
                                   .timestamp = rtp.timestamp,
                                   .ip_bytes = ip_bytes};
    if (rtp.payload_type == RED)
        CHECK(red_read(&red, rtp.payload) && red.payload_type == OPUS);
    else
        red.primary = rtp.payload;
    packet->blocks = red.count;
    for (uint8_t i = 0; i < red.count; i++) {
        CHECK(i == 0 || red.blocks[i].offset < red.blocks[i - 1].offset);
        packet->along[i] =
            take_frame(desk, red.blocks[i].payload, rtp.timestamp - red.blocks[i].offset);
    }
    packet->frame = take_frame(desk, red.primary, rtp.timestamp);
}

static bool is_media(const struct outgoing *o)
{
    return o->len > 1 && o->at[0] >= 128 && o->at[0] < 192 && (o->at[1] < 192 || o->at[1] > 223);
}

static void deliver(struct sound_desk *desk)
{
    for (size_t i = 0; i < outbox_count(desk->out); i++) {
        const struct outgoing *o = outbox_at(desk->out, i);
        _Alignas(16) uint8_t bytes[OUTBOX_MTU];
        struct datagram in = {.path = path_reversed(&o->path), .at = bytes, .len = o->len};
        struct bytes plain;
        if (is_media(o)) {
            desk->sent++;
            desk->sent_bytes += o->len + 28u;
            if (is_lost(desk))
                continue;
        }
        memcpy(bytes, o->at, o->len);
        const enum got got = peer_receive(desk->peer, desk->now, in, desk->peer_out, &plain);
        if (got == GOT_RTP)
            take_packet(desk, plain, o->len + 28u);
        else
            desk->replayed += is_media(o);
    }
    outbox_clear(desk->out);
}

// --- and up --------------------------------------------------------------------------------------

static void receive(struct sound_desk *desk)
{
    for (size_t i = 0; i < outbox_count(desk->peer_out); i++) {
        const struct outgoing *o = outbox_at(desk->peer_out, i);
        _Alignas(16) uint8_t bytes[OUTBOX_MTU];
        struct datagram in = {.path = path_reversed(&o->path), .at = bytes, .len = o->len};
        struct bytes plain;
        memcpy(bytes, o->at, o->len);
        if (transport_receive(desk->viewer->transport, desk->now, in, desk->out, &plain) ==
            GOT_RTCP)
            intake_rtcp(desk->viewer, desk->now, plain, desk->out);
    }
    outbox_clear(desk->peer_out);
}

void sound_desk_turn(struct sound_desk *desk)
{
    if (desk->router->dirty)
        router_seat(desk->router, desk->now);
    if (!fanout_is_empty(desk->fanout))
        fanout_flush(desk->fanout, desk->now, desk->out);
    if (desk->now >= sound_deadline(desk->viewer))
        sound_flush(desk->viewer, desk->now, desk->out);
    list_remove(&desk->viewer->touched);
    list_remove(&desk->speaker->touched);
    peer_tick(desk->peer, desk->now, desk->peer_out);
    receive(desk);
    if (desk->now >= transport_deadline(desk->viewer->transport))
        transport_tick(desk->viewer->transport, desk->now, desk->out);
    deliver(desk);
}

void sound_desk_wait(struct sound_desk *desk, usec time)
{
    for (const usec end = desk->now + time; desk->now < end;) {
        desk->now += STEP;
        sound_desk_turn(desk);
    }
}

size_t sound_desk_frame(const struct sound_desk *desk, uint32_t frame, uint8_t *payload)
{
    struct writer out = writer_over(payload, OUTBOX_MTU);

    write_u8(&out, 0x78);
    write_u32(&out, frame);
    write_zeros(&out, desk->frame_bytes - writer_len(&out));
    return writer_len(&out);
}

void sound_desk_send(struct sound_desk *desk, uint8_t payload_type, uint16_t seq,
                     uint32_t timestamp, struct bytes payload)
{
    uint8_t memory[OUTBOX_MTU];
    struct writer out = writer_over(memory, sizeof memory);

    rtp_write_header(&out, &(struct rtp_fields){.payload_type = payload_type,
                                                .seq = seq,
                                                .timestamp = timestamp,
                                                .ssrc = MICROPHONE_SSRC});
    write_bytes(&out, payload);
    CHECK(out.ok);
    intake_rtp(desk->speaker, desk->now, bytes_of(memory, writer_len(&out)));
    sound_desk_turn(desk);
}

void sound_desk_skip(struct sound_desk *desk)
{
    desk->said_at[desk->frame++] = desk->now;
    desk->seq++;
    sound_desk_wait(desk, MSEC(20));
}

void sound_desk_say(struct sound_desk *desk, unsigned frames)
{
    uint8_t payload[OUTBOX_MTU];

    for (unsigned i = 0; i < frames; i++) {
        const size_t len = sound_desk_frame(desk, desk->frame, payload);
        desk->said_at[desk->frame] = desk->now;
        sound_desk_send(desk, OPUS, desk->seq++, desk->timestamp + desk->frame * FRAME_SAMPLES,
                        bytes_of(payload, len));
        desk->frame++;
        sound_desk_wait(desk, MSEC(20));
    }
}

void sound_desk_nack(struct sound_desk *desk, uint16_t seq)
{
    uint8_t memory[100];
    struct writer out = writer_over(memory, sizeof memory);

    (void)nack_write(&out, 1, SLOT_SSRC, &seq, 1);
    CHECK(peer_send_rtcp(desk->peer, desk->peer_out, bytes_of(memory, writer_len(&out))));
    sound_desk_turn(desk);
}

void sound_desk_plan(struct sound_desk *desk, uint8_t bundle, uint8_t copies)
{
    // The memory that such a plan needs is taken where it is made.
    sound_update(desk->viewer, desk->now, 0.5, 10000000);
    desk->viewer->sound.planner.plan = (struct sound_plan){.bundle = bundle, .copies = copies};
}

double sound_desk_missing(const struct sound_desk *desk, uint32_t from, uint32_t until,
                          usec patience)
{
    unsigned missing = 0;

    for (uint32_t frame = from; frame < until; frame++)
        missing +=
            !desk->heard_at[frame] || desk->heard_at[frame] - desk->said_at[frame] > patience;
    return (double)missing / (until - from);
}

struct sound_desk *sound_desk_create(const struct sound_desk_options *options)
{
    struct sound_desk *desk = calloc(1, sizeof *desk);

    CHECK(desk != NULL);
    desk->now = SEC(10);
    desk->seq = 65500; // wraps soon
    desk->timestamp = UINT32_MAX - 5 * FRAME_SAMPLES;
    desk->frame_bytes = 80;
    desk->random = random_seeded(21);
    list_init(&desk->touched);
    list_init(&desk->marked);
    CHECK(certificate_create(&desk->certificate) == ERR_OK);
    CHECK(events_init(&desk->events) == ERR_OK && fanout_create(&desk->fanout) == ERR_OK);
    CHECK(outbox_create(&desk->out, 256) == ERR_OK && outbox_create(&desk->peer_out, 64) == ERR_OK);
    CHECK((desk->router = router_create(7, 0)) != NULL);
    desk->router->events = &desk->events;
    desk->router->fanout = desk->fanout;
    desk->router->touched = &desk->touched;
    desk->router->marked = &desk->marked;
    desk->router->counters = &desk->counters;
    enter_speaker(desk, options);
    enter_viewer(desk, options);
    sound_desk_wait(desk, SEC(1));
    CHECK(member_can_receive(desk->viewer));
    return desk;
}

void sound_desk_destroy(struct sound_desk *desk)
{
    sfu_member_destroy(desk->speaker);
    sfu_member_destroy(desk->viewer);
    router_destroy(desk->router);
    fanout_destroy(desk->fanout);
    events_fini(&desk->events);
    peer_destroy(desk->peer);
    certificate_destroy(desk->certificate);
    outbox_destroy(desk->out);
    outbox_destroy(desk->peer_out);
    free(desk);
}
