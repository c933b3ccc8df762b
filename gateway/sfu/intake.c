// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/intake.c - gate, budget, stream, producer, in that order.
#include "sfu/intake.h"

#include "sfu/feedback.h"
#include "sfu/member.h"
#include "sfu/packet.h"
#include "sfu/producer_sound.h"
#include "sfu/router.h"
#include "sfu/share.h"
#include "sfu/worker.h"
#include "wire/rtp.h"
#include "wire/rtp_ext.h"

static void count_drop(const struct member *m, enum drop reason)
{
    m->router->counters->drops.count[reason]++;
}

static bool is_sent(const struct line_parameters *line)
{
    return line->role >= LINE_MICROPHONE && line->role <= LINE_SCREEN_SOUND;
}

// Every packet that came is told to its sender, padding and retransmissions too.
static void note_arrival(struct member *m, usec now, const struct rtp_view *rtp,
                         const struct stream *stream, size_t len)
{
    const struct transport_parameters *p = m->parameters;
    struct bytes value;
    uint16_t seq;

    for (uint8_t i = 0; i < p->line_count; i++) {
        const uint8_t id = p->lines[i].extensions.transport_cc;
        if (!is_sent(&p->lines[i]) || (stream && stream->line != i) || !id)
            continue;
        if (rtp_ext_find(rtp, id, &value) && transport_seq_read(&seq, value)) {
            arrivals_add(&m->arrivals, now, seq, (uint32_t)len);
            return;
        }
    }
}

static uint8_t level_of(const struct producer *p, const struct rtp_view *rtp)
{
    struct audio_level audio;
    struct bytes value;

    if (!rtp_ext_find(rtp, p->line->extensions.audio_level, &value) ||
        !audio_level_read(&audio, value))
        return 0;
    return audio.level;
}

static void hear(struct member *m, usec now, struct producer *p, const struct rtp_view *rtp,
                 struct packet *packet)
{
    const bool was_forwarded = p->speaker.forwarded;

    packet->heard = speaker_packet(&m->router->speaker, &p->speaker, now, level_of(p, rtp));
    if (p->speaker.forwarded != was_forwarded)
        router_mark(m->router);
}

// A stream may begin anew with each packet: what its viewers are to be sent of it is decided once a turn.
static void begin_anew(struct producer *p, usec now)
{
    const int8_t lowest = (int8_t)producer_lowest_layer(p, now);

    LIST_EACH(node, &p->slots) {
        struct slot *slot = LIST_ITEM(node, struct slot, node);
        const bool is_shown = slot->choice.wanted != LAYER_NONE;
        slot_restart(slot);
        if (!is_shown)
            continue; // no picture, or none that is sent now
        layer_choice_allow(&slot->choice, lowest, LAYER_ALL_TEMPORAL);
        downlink_touch(slot->viewer);
    }
}

// A layer that begins, or begins again, may be what a viewer waits for.
static void tell_viewers(struct producer *p)
{
    LIST_EACH(node, &p->slots)
        downlink_touch(LIST_ITEM(node, struct slot, node)->viewer);
}

// Lost frames of a sound go before the packet that brought them.
static void add_found(struct member *m, const struct producer_input *input, struct producer *p,
                      const struct packet *packet)
{
    struct packet found[SOUND_GAPS_FOUND];
    const size_t count = producer_take_found(p, input, packet, found);

    for (size_t i = 0; i < count && bucket_take(&m->packet_budget, input->now, 1); i++) {
        producer_remember(p, input->now, &found[i]);
        if (!list_is_empty(&p->slots))
            fanout_add(m->router->fanout, &found[i]);
    }
    producer_remember(p, input->now, packet);
}

static void receive_stream(struct member *m, usec now, const struct stream *stream,
                           const struct rtp_view *rtp, struct bytes plain)
{
    uint8_t original[PACKET_MAX];
    struct packet packet;
    enum drop reason = DROP_UNKNOWN_STREAM;
    const enum line_role role = m->parameters->lines[stream->line].role;
    struct producer *p = &m->producers[role - LINE_MICROPHONE];
    const struct producer_input input = {.now = now,
                                         .stream = stream,
                                         .rtp = rtp,
                                         .plain = plain,
                                         .clock = &m->clock,
                                         .original = original};
    const bool was_active = producer_layer_is_active(p, stream->layer, now);
    const enum producer_verdict verdict = producer_receive(p, &input, &packet, &reason);

    if (verdict == PRODUCER_DROP && !member_is_mirror(m)) // else it was counted where it arrived
        count_drop(m, reason);
    if (verdict == PRODUCER_DROP || verdict == PRODUCER_KEEP)
        return;
    if (!p->live) {
        p->live = true;
        router_mark(m->router);
    }
    if (verdict == PRODUCER_RESTARTED)
        begin_anew(p, now);
    else if (!was_active && producer_is_picture(p))
        tell_viewers(p);
    if (p->kind == SOURCE_MICROPHONE)
        hear(m, now, p, rtp, &packet);
    if (!producer_is_picture(p))
        add_found(m, &input, p, &packet);
    if (m->router->dirty || !list_is_empty(&p->slots))
        fanout_add(m->router->fanout, &packet);
}

static bool may_pass(struct member *m, usec now)
{
    if (!m->admitted) {
        count_drop(m, DROP_NOT_ADMITTED);
        return false;
    }
    if (!bucket_take(&m->packet_budget, now, 1)) {
        count_drop(m, DROP_RATE);
        return false;
    }
    return true;
}

void intake_rtp(struct member *m, usec now, struct bytes plain)
{
    struct rtp_view rtp;
    enum drop reason;

    if (!may_pass(m, now))
        return;
    if (plain.len > PACKET_MAX || !rtp_read(&rtp, plain)) {
        count_drop(m, DROP_BAD_RTP);
        return;
    }
    const struct stream *stream = streams_find(&m->streams, m->parameters, &rtp, &reason);
    note_arrival(m, now, &rtp, stream, plain.len);
    member_touch(m);
    if (!stream) {
        count_drop(m, reason);
        return;
    }
    share_packet(m, now, stream, &rtp, plain);
    receive_stream(m, now, stream, &rtp, plain);
}

void intake_copied(struct member *m, usec at, const struct stream *stream, struct bytes plain)
{
    struct rtp_view rtp;

    if (m->admitted && plain.len <= PACKET_MAX && rtp_read(&rtp, plain))
        receive_stream(m, at, stream, &rtp, plain);
}

void intake_rtcp(struct member *m, usec now, struct bytes plain, struct outbox *out)
{
    if (!may_pass(m, now))
        return;
    feedback_receive(m, now, plain, out);
    member_touch(m);
}
