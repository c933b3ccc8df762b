// SPDX-License-Identifier: AGPL-3.0-or-later
// fuzz/rtcp_fuzz.c - any compound: reports, SDES, BYE and all feedback in it.
#include "wire/rtcp.h"
#include "wire/rtcp_feedback.h"
#include "wire/transport_cc.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool claim)
{
    if (!claim)
        abort();
}

static void read_reports(const struct rtcp_packet *packet)
{
    struct rtcp_sender sender;
    struct rtcp_report report;
    struct bytes blocks;
    uint32_t ssrc;
    unsigned count = 0;

    if (!rtcp_read_sr(&sender, &blocks, packet) && !rtcp_read_rr(&ssrc, &blocks, packet))
        return;
    while (rtcp_next_report(&blocks, &report))
        count++;
    must(count == packet->count);
}

static void read_names(const struct rtcp_packet *packet)
{
    struct bytes rest = packet->body;
    struct bytes cname;
    struct bytes ssrcs;
    uint32_t ssrc;

    if (packet->type == RTCP_SDES) {
        while (rtcp_next_cname(&rest, &ssrc, &cname))
            must(cname.len <= 255);
    }
    if (rtcp_read_bye(&ssrcs, packet))
        must(ssrcs.len == 4u * packet->count);
}

// What was received, written again by us, tells the same.
static void write_again(struct transport_cc cc)
{
    static struct transport_cc_arrival arrivals[UINT16_MAX];
    uint8_t packet[1200];
    struct transport_cc_status status;
    size_t count = 0;
    const struct transport_cc_fields fields = {.base = cc.base};

    for (unsigned i = 0; i < cc.count; i++) {
        must(transport_cc_next(&cc, &status));
        must(status.seq == (uint16_t)(fields.base + i));
        if (status.received)
            arrivals[count++] = (struct transport_cc_arrival){status.seq, status.arrival};
    }
    must(!transport_cc_next(&cc, &status));
    struct writer out = writer_over(packet, sizeof packet);
    const size_t covered = transport_cc_write(&out, &fields, arrivals, count, sizeof packet);
    must(out.ok && (covered > 0) == (count > 0));
    if (covered == 0)
        return;

    struct rtcp_walk walk = rtcp_walk(bytes_of(packet, writer_len(&out)));
    struct rtcp_packet read;
    struct feedback feedback;
    struct transport_cc again;
    must(rtcp_next(&walk, &read) && feedback_read(&feedback, &read));
    must(transport_cc_read(&again, &feedback));
    size_t at = 0;
    usec shift = 0; // the reference wraps
    while (transport_cc_next(&again, &status)) {
        if (!status.received)
            continue;
        if (at == 0)
            shift = arrivals[0].at - status.arrival;
        must(status.seq == arrivals[at].seq && status.arrival + shift == arrivals[at].at);
        at++;
    }
    must(at == covered && shift % (MSEC(64) << 24) == 0);
}

static void read_feedback(const struct rtcp_packet *packet)
{
    struct feedback feedback;
    struct transport_cc cc;
    struct bytes ssrcs;
    uint64_t bitrate;
    uint32_t ssrc;
    uint16_t first;
    uint16_t bitmap;
    uint8_t seq;

    if (!feedback_read(&feedback, packet))
        return;
    struct bytes fci = feedback.fci;
    if (feedback.kind == FEEDBACK_NACK) {
        while (nack_next(&fci, &first, &bitmap))
            continue;
    }
    fci = feedback.fci;
    if (feedback.kind == FEEDBACK_FIR) {
        while (fir_next(&fci, &ssrc, &seq))
            continue;
    }
    if (remb_read(&bitrate, &ssrcs, &feedback))
        must(ssrcs.len % 4 == 0);
    if (transport_cc_read(&cc, &feedback))
        write_again(cc);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rtcp_walk walk = rtcp_walk(bytes_of(data, size));
    struct rtcp_packet packet;
    size_t packets = 0;

    while (rtcp_next(&walk, &packet)) {
        packets++;
        read_reports(&packet);
        read_names(&packet);
        read_feedback(&packet);
    }
    must(packets <= size / 4);
    return 0;
}
