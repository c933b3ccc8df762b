// SPDX-License-Identifier: AGPL-3.0-or-later
// path/seats.c - one scripted browser per seat, on a line of its own.
#include "path/seats.h"

#include "sfu/event.h"
#include "support/check.h"
#include "support/peer.h"
#include "support/sender.h"
#include "wire/rtcp.h"
#include "wire/rtcp_feedback.h"
#include "wire/rtp.h"
#include "wire/rtp_ext.h"
#include "wire/transport_cc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPUS = 111, VP8 = 96, RTX = 97 };
enum { PAIRS = 12, SPARES = 3 }; // slots of a page on a desk
enum { MICROPHONE, CAMERA, SCREEN, SCREEN_SOUND, FIRST_SLOT };

#define FEEDBACK_EVERY MSEC(50) // libwebrtc's least
#define ARRIVALS 512
#define DELAY MSEC(10) // one way, and
#define BITS_PER_USEC 50
#define IP_UDP 28
#define SMALL_PACKET 400 // what is smaller is no packet of the highest layer
#define FEEDBACK_ROOM 1000

static const uint32_t camera_bps[PARAMETERS_LAYERS] = {150000, 500000, 1500000};

struct seat {
    uint32_t number;
    struct transport_parameters parameters;
    struct peer *peer;
    struct path path;
    struct sender microphone;
    struct sender camera;
    uint16_t transport_seq;
    // what arrives
    usec line_free_at;
    usec next_feedback;
    uint16_t base;
    uint8_t feedback_seq;
    bool any;
    size_t count;
    struct transport_cc_arrival arrivals[ARRIVALS];
};

struct seats {
    struct hall_options options;
    struct seat *all; // owned (libc)
};

// --- beginning -----------------------------------------------------------------------------------

static void add_line(struct transport_parameters *p, enum line_role role, bool feedback)
{
    const bool video = role == LINE_CAMERA || role == LINE_SCREEN || role == LINE_SLOT_VIDEO;
    struct line_parameters *line = &p->lines[p->line_count];

    *line = (struct line_parameters){.role = role,
                                     .kind = video ? LINE_VIDEO : LINE_AUDIO,
                                     .extensions = {.mid = 4,
                                                    .rid = 10,
                                                    .repaired_rid = 11,
                                                    .audio_level = 1,
                                                    .transport_cc = feedback ? 3 : 0,
                                                    .abs_send_time = 2},
                                     .payload_type = video ? VP8 : OPUS,
                                     .rtx_payload_type = video ? RTX : 0,
                                     .transport_cc = feedback,
                                     .nack = video,
                                     .layer_count = 1};
    snprintf(line->mid, sizeof line->mid, "%d", p->line_count);
    p->line_count++;
}

static void add_slot(struct seat *seat, enum line_role role, uint8_t slot, bool feedback)
{
    struct transport_parameters *p = &seat->parameters;

    add_line(p, role, feedback);
    struct line_parameters *line = &p->lines[p->line_count - 1];
    line->slot = slot;
    line->ssrc = 0x80000000u | seat->number << 12 | (uint32_t)p->line_count << 4;
    line->rtx_ssrc = role == LINE_SLOT_VIDEO ? line->ssrc + 1 : 0;
}

static void add_lines(struct seat *seat, bool feedback)
{
    struct transport_parameters *p = &seat->parameters;

    add_line(p, LINE_MICROPHONE, feedback);
    add_line(p, LINE_CAMERA, feedback);
    add_line(p, LINE_SCREEN, feedback);
    add_line(p, LINE_SCREEN_SOUND, feedback);
    p->lines[CAMERA].layer_count = PARAMETERS_LAYERS;
    memcpy(p->lines[CAMERA].rids, (char[3][PARAMETERS_RID_SIZE]){"q", "h", "f"},
           sizeof p->lines[CAMERA].rids);
    for (uint8_t i = 0; i < PAIRS; i++) {
        add_slot(seat, LINE_SLOT_AUDIO, i, feedback);
        add_slot(seat, LINE_SLOT_VIDEO, i, feedback);
    }
    for (uint8_t i = PAIRS; i < PAIRS + SPARES; i++)
        add_slot(seat, LINE_SLOT_AUDIO, i, feedback);
}

static void begin_senders(struct seat *seat, const struct hall_options *options)
{
    const uint32_t source = SOURCE_KINDS * seat->number;
    const uint32_t ssrc = seat->number << 8;

    sender_init(&seat->microphone, &seat->parameters.lines[MICROPHONE], source + SOURCE_MICROPHONE,
                ssrc, 0, &seat->transport_seq);
    sender_init(&seat->camera, &seat->parameters.lines[CAMERA], source + SOURCE_CAMERA, ssrc + 16,
                0, &seat->transport_seq);
    memcpy(seat->camera.layer_bps, camera_bps, sizeof camera_bps);
    seat->microphone.on = seat->number <= options->talkers;
    seat->microphone.phase = MSEC(7) * (usec)seat->number % MSEC(20);
    seat->camera.on = options->camera && seat->number == 1;
}

static void begin_seat(struct seat *seat, const struct hall_options *options, usec now,
                       const struct fingerprint *gateway)
{
    struct transport_parameters *p = &seat->parameters;
    struct ice_credentials remote = {0};

    p->feedback_ssrc = 0xfeed0000u + seat->number;
    snprintf(p->local_ufrag, sizeof p->local_ufrag, "gateway%u", (unsigned)seat->number);
    snprintf(p->local_pwd, sizeof p->local_pwd, "passwordofthegateway%u", (unsigned)seat->number);
    snprintf(p->cname, sizeof p->cname, "cname%u", (unsigned)seat->number);
    add_lines(seat, options->feedback);
    CHECK(peer_create(&seat->peer, &(struct peer_options){.seed = seat->number}) == ERR_OK);
    memcpy(p->remote_ufrag, peer_credentials(seat->peer)->ufrag, sizeof p->remote_ufrag);
    memcpy(p->remote_pwd, peer_credentials(seat->peer)->pwd, sizeof p->remote_pwd);
    p->fingerprint_hash = (uint8_t)peer_fingerprint(seat->peer)->hash;
    p->fingerprint_len = peer_fingerprint(seat->peer)->len;
    memcpy(p->fingerprint, peer_fingerprint(seat->peer)->digest, p->fingerprint_len);
    memcpy(remote.ufrag, p->local_ufrag, sizeof remote.ufrag);
    memcpy(remote.pwd, p->local_pwd, sizeof remote.pwd);
    begin_senders(seat, options);
    // So that not everybody's clock ticks at once.
    seat->next_feedback = now + seat->number * 7919u % FEEDBACK_EVERY;
    peer_connect(seat->peer, now + seat->number * 104729u % SEC(1), &seat->path, &remote, gateway);
}

struct seats *seats_create(const struct hall_options *options, usec now,
                           const struct fingerprint *gateway, uint16_t from, uint16_t to)
{
    struct seats *seats = calloc(1, sizeof *seats);

    CHECK(seats != NULL && options->viewers > 0 && options->viewers < 60000);
    seats->options = *options;
    seats->all = calloc(options->viewers, sizeof *seats->all);
    CHECK(seats->all != NULL);
    for (uint32_t i = 0; i < options->viewers; i++) {
        struct seat *seat = &seats->all[i];
        seat->number = i + 1;
        seat->path.local = address_v4(127, 1, (uint8_t)(i >> 8), (uint8_t)i, to);
        seat->path.remote = address_v4(127, 0, 0, 1, from);
        begin_seat(seat, options, now, gateway);
    }
    return seats;
}

void seats_destroy(struct seats *seats)
{
    for (uint32_t i = 0; i < seats->options.viewers; i++) {
        peer_destroy(seats->all[i].peer);
        sender_fini(&seats->all[i].microphone);
        sender_fini(&seats->all[i].camera);
    }
    free(seats->all);
    free(seats);
}

const struct transport_parameters *seats_parameters(const struct seats *seats, uint32_t index)
{
    return &seats->all[index].parameters;
}

bool seats_are_taken(const struct seats *seats)
{
    for (uint32_t i = 0; i < seats->options.viewers; i++)
        if (peer_state(seats->all[i].peer) != PEER_CONNECTED)
            return false;
    return true;
}

// --- sending -------------------------------------------------------------------------------------

struct emission {
    struct seat *seat;
    struct outbox *in;
};

static void emit(void *to, bool is_rtcp, struct bytes packet)
{
    const struct emission *e = to;

    CHECK(is_rtcp ? peer_send_rtcp(e->seat->peer, e->in, packet)
                  : peer_send_rtp(e->seat->peer, e->in, packet));
}

static size_t arrived_by(const struct seat *seat, usec now)
{
    size_t n = 0;

    while (n < seat->count && seat->arrivals[n].at <= now)
        n++;
    return n;
}

static void send_feedback(struct seat *seat, usec now, struct outbox *in,
                          struct hall_figures *figures)
{
    const size_t arrived = arrived_by(seat, now);
    size_t done = 0;

    seat->next_feedback += FEEDBACK_EVERY;
    while (done < arrived) {
        uint8_t packet[FEEDBACK_ROOM];
        struct writer out = writer_over(packet, sizeof packet);
        const size_t covered = transport_cc_write(
            &out,
            &(struct transport_cc_fields){.sender = 1,
                                          .media = seat->parameters.lines[FIRST_SLOT].ssrc,
                                          .base = seat->base,
                                          .feedback_seq = seat->feedback_seq++},
            seat->arrivals + done, arrived - done, sizeof packet);
        CHECK(covered > 0);
        done += covered;
        seat->base = (uint16_t)(seat->arrivals[done - 1].seq + 1);
        emit(&(struct emission){seat, in}, true, bytes_of(packet, writer_len(&out)));
        figures->feedback++;
    }
    seat->count -= done;
    memmove(seat->arrivals, seat->arrivals + done, seat->count * sizeof seat->arrivals[0]);
}

void seats_send(struct seats *seats, usec now, struct outbox *in, struct hall_figures *figures)
{
    for (uint32_t i = 0; i < seats->options.viewers; i++) {
        struct seat *seat = &seats->all[i];
        struct emission to = {seat, in};
        if (peer_deadline(seat->peer) <= now)
            peer_tick(seat->peer, now, in);
        if (peer_state(seat->peer) != PEER_CONNECTED)
            continue;
        sender_run(&seat->camera, now, emit, &to);
        sender_run(&seat->microphone, now, emit, &to);
        if (now >= seat->next_feedback)
            send_feedback(seat, now, in, figures);
    }
}

// --- receiving -----------------------------------------------------------------------------------

static struct seat *seat_at(struct seats *seats, const struct address *address)
{
    const uint32_t index = (uint32_t)address->ip[14] << 8 | address->ip[15];

    CHECK(index < seats->options.viewers);
    return &seats->all[index];
}

// Its number goes over the line, whose capacity keeps packets apart.
static void note_arrival(struct seat *seat, usec now, uint16_t seq, size_t len)
{
    const usec from = now > seat->line_free_at ? now : seat->line_free_at;

    seat->line_free_at = from + (usec)(len + IP_UDP) * 8 / BITS_PER_USEC;
    if (!seat->any)
        seat->base = seq;
    seat->any = true;
    CHECK(seat->count < ARRIVALS);
    seat->arrivals[seat->count++] =
        (struct transport_cc_arrival){.seq = seq, .at = seat->line_free_at + DELAY};
}

static void take_rtp(struct seat *seat, usec now, const struct outgoing *o,
                     struct hall_figures *figures)
{
    struct reader in = reader_over(bytes_of(o->at, o->len));
    struct rtp_view rtp = {.has_extension = true};
    struct bytes value;
    uint16_t seq;

    const unsigned csrcs = read_u8(&in) & 0x0fu;
    rtp.payload_type = read_u8(&in) & 0x7f;
    read_bytes(&in, 10 + 4 * csrcs);
    rtp.extension_profile = read_u16(&in);
    rtp.extension = read_bytes(&in, 4u * read_u16(&in));
    CHECK(in.ok);
    figures->pictures += rtp.payload_type == VP8;
    figures->tall += rtp.payload_type == VP8 && o->len > SMALL_PACKET;
    figures->sounds += rtp.payload_type == OPUS;
    figures->others += rtp.payload_type == RTX;
    if (rtp_ext_find(&rtp, 3, &value) && transport_seq_read(&seq, value))
        note_arrival(seat, now, seq, o->len);
}

static void answer_rtcp(struct seat *seat, struct bytes compound)
{
    struct rtcp_walk walk = rtcp_walk(compound);
    struct rtcp_packet packet;
    struct feedback feedback;

    while (rtcp_next(&walk, &packet))
        if (feedback_read(&feedback, &packet) && feedback.kind == FEEDBACK_PLI)
            (void)sender_wants_key(&seat->camera, feedback.media);
}

void seats_receive(struct seats *seats, usec now, const struct outgoing *o, struct outbox *in,
                   struct hall_figures *figures)
{
    struct seat *seat = seat_at(seats, &o->path.remote);
    const bool is_media = o->len > 1 && o->at[0] >= 128 && o->at[0] < 192;
    const bool is_rtcp = is_media && o->at[1] >= 192 && o->at[1] < 224;
    uint8_t copy[OUTBOX_MTU];
    struct bytes plain;

    if (is_media && !is_rtcp) {
        take_rtp(seat, now, o, figures);
        return;
    }
    figures->others += is_rtcp;
    memcpy(copy, o->at, o->len);
    const struct datagram came = {.path = path_reversed(&o->path), .at = copy, .len = o->len};
    if (peer_receive(seat->peer, now, came, in, &plain) == GOT_RTCP)
        answer_rtcp(seat, plain);
}

void seats_told(struct seats *seats, const struct sfu_event *event)
{
    if (event->kind != SFU_LAYERS)
        return;
    struct seat *seat = &seats->all[event->transport - 1];
    for (uint8_t i = 0; i < event->layers.count; i++)
        sender_stop_layer(&seat->camera, i, !event->layers.needed[i]);
}
