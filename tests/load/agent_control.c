// SPDX-License-Identifier: AGPL-3.0-or-later
// load/agent_control.c - RTCP both ways: repairs, key frames, feedback, reports.
#include "load/agent_internal.h"

#include "wire/rtcp.h"
#include "wire/rtcp_feedback.h"

#define RTT_UNKNOWN MSEC(100)
#define REPORTS SEC(1)

// --- received ------------------------------------------------------------------------------------

static void receive_nack(struct agent *a, usec now, struct feedback *feedback, struct outbox *out)
{
    struct agent_emission to = {.agent = a, .out = out, .kind = AGENT_PICTURE};
    uint16_t first, bitmap;

    while (nack_next(&feedback->fci, &first, &bitmap))
        for (uint16_t n = 0; n <= 16; n++)
            if (n == 0 || bitmap & 1u << (n - 1)) {
                a->stats.nacked++;
                if (a->has_camera)
                    (void)camera_lost(&a->camera, now, feedback->media, (uint16_t)(first + n),
                                      agent_emit, &to);
            }
}

static void wants_key(struct agent *a, usec now, uint32_t ssrc)
{
    a->stats.keys_asked++;
    if (a->has_camera)
        (void)camera_wants_key(&a->camera, now, ssrc);
}

static void receive_feedback(struct agent *a, usec now, const struct rtcp_packet *packet,
                             struct outbox *out)
{
    struct feedback feedback;
    uint32_t ssrc;
    uint8_t seq;

    if (!feedback_read(&feedback, packet))
        return;
    if (feedback.kind == FEEDBACK_NACK)
        receive_nack(a, now, &feedback, out);
    else if (feedback.kind == FEEDBACK_PLI)
        wants_key(a, now, feedback.media);
    else if (feedback.kind == FEEDBACK_FIR)
        while (fir_next(&feedback.fci, &ssrc, &seq))
            wants_key(a, now, ssrc);
}

static void receive_blocks(struct agent *a, struct bytes blocks)
{
    struct rtcp_report report;

    while (rtcp_next_report(&blocks, &report)) {
        if (a->has_camera)
            (void)camera_is_reported(&a->camera, report.ssrc);
        if (a->has_microphone && a->microphone.flow.ssrc == report.ssrc)
            a->microphone.flow.is_known = true;
    }
}

void agent_receive_rtcp(struct agent *a, usec now, struct bytes plain, struct outbox *out)
{
    struct rtcp_walk walk = rtcp_walk(plain);
    struct rtcp_packet packet;
    struct rtcp_sender sender;
    struct bytes blocks;
    uint32_t ssrc;

    a->stats.rtcp_received++;
    while (rtcp_next(&walk, &packet)) {
        if (packet.type == RTCP_RTPFB || packet.type == RTCP_PSFB) {
            receive_feedback(a, now, &packet, out);
        } else if (packet.type == RTCP_SR && rtcp_read_sr(&sender, &blocks, &packet)) {
            const struct agent_stream *stream = agent_find_stream(a, sender.ssrc);
            if (stream && stream->inflow) {
                stream->inflow->last_sr = ntp_middle(sender.ntp);
                stream->inflow->last_sr_at = now;
            }
            receive_blocks(a, blocks);
        } else if (packet.type == RTCP_RR && rtcp_read_rr(&ssrc, &blocks, &packet)) {
            receive_blocks(a, blocks);
        }
    }
}

// --- sent ----------------------------------------------------------------------------------------

// We speak RTCP by one number, whatever we send.
static uint32_t speaker(const struct agent *a)
{
    return a->session.first_ssrc;
}

static uint32_t any_heard(const struct agent *a)
{
    for (size_t i = 0; i < a->stream_count; i++)
        if (a->streams[i].inflow)
            return a->streams[i].ssrc;
    return 0;
}

static void send(struct agent *a, const uint8_t *packet, size_t len, struct outbox *out)
{
    struct agent_emission to = {.agent = a, .out = out};

    agent_emit(&to, true, bytes_of(packet, len));
}

static void feed_back(struct agent *a, struct outbox *out)
{
    uint8_t packet[CC_LOG_FEEDBACK];
    size_t len;

    while ((len = cc_log_write(&a->cc_log, speaker(a), any_heard(a), packet)) > 0) {
        send(a, packet, len, out);
        a->stats.feedback++;
    }
}

static void report(struct agent *a, usec now, struct outbox *out)
{
    struct rtcp_report blocks[RTCP_MAX_COUNT];
    uint8_t packet[1000];
    struct writer writer = writer_over(packet, sizeof packet);
    size_t count = 0;

    for (size_t i = 0; i < a->stream_count && count < RTCP_MAX_COUNT; i++)
        if (a->streams[i].inflow)
            inflow_report(a->streams[i].inflow, now, &blocks[count++]);
    if (count == 0)
        return;
    rtcp_write_rr(&writer, speaker(a), blocks, count);
    if (writer.ok)
        send(a, packet, writer_len(&writer), out);
}

void agent_keep_house(struct agent *a, usec now, struct outbox *out)
{
    feed_back(a, out);
    if (now >= a->report_at) {
        a->report_at = now + REPORTS;
        report(a, now, out);
    }
}

void agent_repair(struct agent *a, usec now, struct outbox *out)
{
    const usec rtt = peer_rtt(a->peer) ? peer_rtt(a->peer) : RTT_UNKNOWN;
    uint16_t seqs[INFLOW_ASKED];
    uint8_t packet[400];

    a->repair_at = USEC_NEVER;
    for (size_t i = 0; i < a->stream_count; i++) {
        struct inflow *inflow = a->streams[i].inflow;
        struct writer writer = writer_over(packet, sizeof packet);
        if (!inflow)
            continue;
        const size_t count = inflow_missing(inflow, now, rtt, seqs);
        if (count)
            a->stats.asked += nack_write(&writer, speaker(a), inflow->ssrc, seqs, count);
        if (inflow_wants_key(inflow, now))
            pli_write(&writer, speaker(a), inflow->ssrc);
        if (writer_len(&writer) && writer.ok)
            send(a, packet, writer_len(&writer), out);
        a->repair_at = usec_min(a->repair_at, inflow_deadline(inflow));
    }
}
