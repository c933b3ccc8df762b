// SPDX-License-Identifier: AGPL-3.0-or-later
// load/agent_media.c - received RTP: by its header alone, opened where that is asked for.
#include "load/agent_internal.h"

#include "base/mem.h"
#include "wire/rtp.h"
#include "wire/rtp_ext.h"

#include <string.h>

#define OPEN_ROOM 2048

// What can be seen of a sealed packet (RFC 3711 leaves the header in clear).
struct glance {
    uint8_t payload_type;
    uint16_t seq;
    uint32_t ssrc;
    struct bytes extension; // of the one-byte form, else empty
};

static bool glance_at(struct glance *g, struct bytes packet)
{
    struct reader in = reader_over(packet);
    const uint8_t flags = read_u8(&in);

    g->payload_type = read_u8(&in) & 0x7f;
    g->seq = read_u16(&in);
    read_u32(&in);
    g->ssrc = read_u32(&in);
    read_bytes(&in, 4u * (flags & 0x0f));
    g->extension = bytes_of(NULL, 0);
    if (flags & 0x10) {
        const uint16_t profile = read_u16(&in);
        const uint16_t words = read_u16(&in);
        const struct bytes block = read_bytes(&in, 4u * words);
        if (profile == RTP_EXT_ONE_BYTE)
            g->extension = block;
    }
    return in.ok;
}

static bool find_number(uint16_t *number, struct bytes block, uint8_t id)
{
    for (size_t at = 0; id && at < block.len;) {
        const uint8_t head = block.at[at];
        const size_t len = (size_t)(head & 15) + 1;
        if (head >> 4 == id && len == 2 && at + 3 <= block.len) {
            *number = (uint16_t)(block.at[at + 1] << 8 | block.at[at + 2]);
            return true;
        }
        at += head ? 1 + len : 1;
    }
    return false;
}

// A stream of no announced SSRC: its payload type says what it is.
static struct agent_stream *learn(struct agent *a, const struct glance *g)
{
    for (size_t i = 0; i < a->session.line_count; i++) {
        const struct session_line *line = &a->session.lines[i];
        const bool again = line->rtx_payload_type && g->payload_type == line->rtx_payload_type;
        if (line->role != SESSION_RECEIVES || !line->agreed || line->ssrc[0])
            continue;
        if (g->payload_type != line->payload_type && g->payload_type != line->red_payload_type &&
            !again)
            continue;
        struct agent_stream *stream = agent_add_stream(a, g->ssrc, line->kind);
        if (stream) {
            stream->repairs = again;
            stream->asks =
                !again && line->nack && line->kind == AGENT_PICTURE && !a->settings.no_repair;
            stream->extension = line->extensions.transport_cc;
        }
        return stream;
    }
    return NULL;
}

static struct inflow *inflow_of(struct agent_stream *stream)
{
    if (!stream->inflow) {
        stream->inflow = mem_zero(sizeof *stream->inflow);
        if (stream->inflow)
            inflow_init(stream->inflow, stream->ssrc, stream->kind, stream->asks);
    }
    return stream->inflow;
}

// libsrtp works in whole words, and a run of GRO has its packets anywhere: `room` is for one of those.
static bool open_packet(struct agent *a, usec now, struct datagram in, struct outbox *out,
                        uint8_t room[static OPEN_ROOM], struct rtp_view *rtp)
{
    struct bytes plain;

    if ((uintptr_t)in.at % 4 && in.len <= OPEN_ROOM) {
        memcpy(room, in.at, in.len);
        in.at = room;
    }
    if (peer_receive(a->peer, now, in, out, &plain) == GOT_RTP && rtp_read(rtp, plain))
        return true;
    a->stats.unopened++;
    return false;
}

static void repaired(struct agent *a, const struct agent_stream *stream, uint16_t seq)
{
    if (stream->repaired >= 0) {
        struct inflow *inflow = a->streams[stream->repaired].inflow;
        if (inflow)
            (void)inflow_repair(inflow, seq);
        return;
    }
    for (size_t i = 0; i < a->stream_count; i++)
        if (a->streams[i].inflow && a->streams[i].kind == stream->kind &&
            inflow_repair(a->streams[i].inflow, seq))
            return;
}

static void receive_again(struct agent *a, const struct agent_stream *stream, usec now,
                          struct datagram in, struct outbox *out)
{
    _Alignas(8) uint8_t room[OPEN_ROOM];
    struct rtp_view rtp;
    struct bytes original;
    uint16_t seq;

    if (!open_packet(a, now, in, out, room, &rtp))
        return;
    if (rtx_read(rtp.payload, &seq, &original))
        repaired(a, stream, seq);
    else
        a->stats.paddings++;
}

static void receive_opened(struct agent *a, struct inflow *inflow, usec arrived,
                           const struct rtp_view *rtp)
{
    struct stamp stamp;

    if (rtp->payload.len == 0) {
        a->stats.paddings++;
        return;
    }
    if (!stamp_read(&stamp, rtp->payload))
        return;
    inflow_stamped(inflow, &stamp);
    histogram_add(a->delays[inflow->kind],
                  arrived > stamp.sent ? (uint64_t)(arrived - stamp.sent) : 0);
}

void agent_receive_rtp(struct agent *a, usec now, usec arrived, struct datagram in,
                       struct outbox *out)
{
    _Alignas(8) uint8_t room[OPEN_ROOM];
    struct glance glance;
    struct rtp_view rtp;
    uint16_t number;

    if (a->stats.connected_at == 0 || !glance_at(&glance, bytes_of(in.at, in.len))) {
        a->stats.unknown++;
        return;
    }
    struct agent_stream *stream = agent_find_stream(a, glance.ssrc);
    if (!stream)
        stream = learn(a, &glance);
    if (!stream) {
        a->stats.unknown++;
        return;
    }
    if (find_number(&number, glance.extension, stream->extension) &&
        cc_log_add(&a->cc_log, arrived, number))
        a->house_at = now;
    if (stream->repairs) {
        receive_again(a, stream, now, in, out);
        return;
    }
    struct inflow *inflow = inflow_of(stream);
    if (!inflow || !inflow_take(inflow, now, glance.seq, in.len))
        return;
    if (a->stats.first_at[stream->kind] == 0)
        a->stats.first_at[stream->kind] = arrived;
    a->stats.last_at[stream->kind] = arrived;
    if (inflow->missing_count || inflow->wants_key)
        a->repair_at = usec_min(a->repair_at, inflow_deadline(inflow));
    if (a->settings.opens && open_packet(a, now, in, out, room, &rtp))
        receive_opened(a, inflow, arrived, &rtp);
}
