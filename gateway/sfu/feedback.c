// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/feedback.c - every packet of a compound to the stream or slot it is about.
#include "sfu/feedback.h"

#include "sfu/member.h"
#include "sfu/reports.h"
#include "sfu/router.h"
#include "sfu/share.h"
#include "sfu/slot_repair.h"
#include "sfu/worker.h"
#include "wire/rtcp.h"
#include "wire/rtcp_feedback.h"
#include "wire/transport_cc.h"

#define RTT_MAX SEC(5) // more is no measurement
#define BITMAP_LEN 16
#define NEWS_BASE 100 // what looking at a report costs, counted in packets

static struct slot *slot_of_ssrc(struct member *m, uint32_t ssrc)
{
    for (size_t i = 0; i < m->slot_count; i++)
        if (m->slots[i].line->ssrc == ssrc)
            return &m->slots[i];
    return NULL;
}

static struct layer *layer_of_ssrc(struct member *m, uint32_t ssrc, struct producer **of)
{
    for (size_t kind = 0; kind < SOURCE_KINDS; kind++) {
        struct layer *layer = producer_layer_of_ssrc(&m->producers[kind], ssrc);
        *of = &m->producers[kind];
        if (layer)
            return layer;
    }
    return NULL;
}

// RFC 3550, section 6.4.1: now - LSR - DLSR, in 1/65536 s.
static void measure_rtt(struct member *m, usec now, const struct rtcp_report *report)
{
    if (report->last_sr == 0 || !slot_of_ssrc(m, report->ssrc))
        return;
    const uint32_t span = ntp_middle(reports_ntp(m, now)) - report->last_sr - report->since_last_sr;
    const usec rtt = (usec)((uint64_t)span * 1000000 >> 16);
    if (span <= INT32_MAX && rtt < RTT_MAX)
        m->rtt = m->rtt ? (7 * m->rtt + rtt) / 8 : rtt;
}

static void receive_blocks(struct member *m, usec now, struct bytes blocks)
{
    struct rtcp_report report;

    while (rtcp_next_report(&blocks, &report)) {
        struct slot *slot = slot_of_ssrc(m, report.ssrc);
        measure_rtt(m, now, &report);
        if (slot && !slot_is_picture(slot))
            sound_reported(slot, now, report.fraction_lost);
    }
}

void feedback_reported(struct member *m, usec at, const struct rtcp_sender *sender)
{
    struct producer *of;
    struct layer *layer = layer_of_ssrc(m, sender->ssrc, &of);

    if (!layer || !sender->ntp)
        return;
    const usec sent_at = ntp_to_usec(sender->ntp);
    sender_clock_reported(&m->clock, at, sent_at);
    stream_clock_reported(&layer->clock, sent_at, sender->timestamp);
    stream_in_sender_reported(&layer->in, at, sender->ntp);
}

static bool receive_sr(struct member *m, usec now, const struct rtcp_packet *packet)
{
    struct rtcp_sender sender;
    struct bytes blocks;

    if (!rtcp_read_sr(&sender, &blocks, packet))
        return false;
    feedback_reported(m, now, &sender);
    share_report(m, now, &sender);
    receive_blocks(m, now, blocks);
    return true;
}

static bool receive_rr(struct member *m, usec now, const struct rtcp_packet *packet)
{
    struct bytes blocks;
    uint32_t ssrc;

    if (!rtcp_read_rr(&ssrc, &blocks, packet))
        return false;
    receive_blocks(m, now, blocks);
    return true;
}

// Honoured for one's own streams only. The next packet takes it back.
void feedback_ended(struct member *m, uint32_t ssrc)
{
    struct producer *of;
    const struct layer *layer = layer_of_ssrc(m, ssrc, &of);
    bool sends = false;

    if (!layer)
        return;
    of->seen[layer - of->layers].last_packet = 0;
    for (uint8_t i = 0; i < of->layer_count; i++)
        sends = sends || of->seen[i].last_packet;
    if (sends)
        return;
    producer_stop(of);
    router_mark(m->router);
}

static bool receive_bye(struct member *m, usec now, const struct rtcp_packet *packet)
{
    struct bytes ssrcs;

    if (!rtcp_read_bye(&ssrcs, packet))
        return false;
    struct reader in = reader_over(ssrcs);
    while (reader_left(&in) >= 4) {
        const uint32_t ssrc = read_u32(&in);
        feedback_ended(m, ssrc);
        share_bye(m, now, ssrc);
    }
    return true;
}

static void lost(struct slot *slot, usec now, uint16_t seq, struct outbox *out)
{
    if (slot_is_picture(slot))
        slot_lost(slot, now, seq, out);
    else
        sound_lost(slot, now, seq, out);
}

static void receive_nack(struct member *m, usec now, const struct feedback *feedback,
                         struct outbox *out)
{
    struct slot *slot = slot_of_ssrc(m, feedback->media);
    struct bytes fci = feedback->fci;
    uint16_t first;
    uint16_t bitmap;

    m->router->counters->nacks_in++;
    if (!slot)
        return;
    while (nack_next(&fci, &first, &bitmap) && bucket_take(&m->nack_budget, now, 1)) {
        lost(slot, now, first, out);
        for (unsigned bit = 0; bit < BITMAP_LEN; bit++)
            if (bitmap & 1u << bit)
                lost(slot, now, (uint16_t)(first + 1 + bit), out);
    }
}

static void receive_fir(struct member *m, usec now, const struct feedback *feedback)
{
    struct bytes fci = feedback->fci;
    uint32_t ssrc;
    uint8_t seq;

    while (fir_next(&fci, &ssrc, &seq)) {
        struct slot *slot = slot_of_ssrc(m, ssrc);
        if (slot)
            slot_picture_lost(slot, now);
    }
}

static bool receive_feedback(struct member *m, usec now, const struct rtcp_packet *packet,
                             struct outbox *out)
{
    struct transport_cc cc;
    struct feedback feedback;
    struct bytes ssrcs;
    uint64_t bps;

    if (!feedback_read(&feedback, packet))
        return false;
    switch (feedback.kind) {
    case FEEDBACK_NACK:
        receive_nack(m, now, &feedback, out);
        return true;
    case FEEDBACK_PLI: {
        struct slot *slot = slot_of_ssrc(m, feedback.media);
        if (slot)
            slot_picture_lost(slot, now);
        return true;
    }
    case FEEDBACK_FIR:
        receive_fir(m, now, &feedback);
        return true;
    case FEEDBACK_TRANSPORT_CC:
        if (!bucket_take(&m->news_budget, now, NEWS_BASE + transport_cc_count(&feedback))) {
            m->router->counters->drops.count[DROP_RATE]++;
            return true;
        }
        if (!transport_cc_read(&cc, &feedback))
            return false;
        downlink_feedback(m, now, &cc);
        return true;
    case FEEDBACK_REMB:
        if (!remb_read(&bps, &ssrcs, &feedback))
            return false;
        downlink_capped(m, now, bps);
        return true;
    case FEEDBACK_OTHER:
        return true;
    }
    return true;
}

static bool receive_packet(struct member *m, usec now, const struct rtcp_packet *packet,
                           struct outbox *out)
{
    switch (packet->type) {
    case RTCP_SR:
        return receive_sr(m, now, packet);
    case RTCP_RR:
        return receive_rr(m, now, packet);
    case RTCP_BYE:
        return receive_bye(m, now, packet);
    case RTCP_RTPFB:
    case RTCP_PSFB:
        return receive_feedback(m, now, packet, out);
    default: // SDES, APP, XR and what is yet to be invented
        return true;
    }
}

void feedback_receive(struct member *m, usec now, struct bytes compound, struct outbox *out)
{
    struct rtcp_walk walk = rtcp_walk(compound);
    struct rtcp_packet packet;
    bool good = true;

    while (good && rtcp_next(&walk, &packet))
        good = receive_packet(m, now, &packet, out);
    if (!good || walk.damaged)
        m->router->counters->drops.count[DROP_BAD_RTCP]++;
}
