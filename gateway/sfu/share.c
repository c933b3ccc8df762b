// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/share.c - what a member sends, told to the parts of its router on other threads.
#include "sfu/share.h"

#include "sfu/copies.h"
#include "sfu/member.h"
#include "sfu/router.h"
#include "sfu/streams.h"
#include "wire/rtcp.h"
#include "wire/rtp.h"

#define AGAIN SEC(1)

static bool is_shared(const struct member *m)
{
    return m->router->others && !member_is_mirror(m);
}

static struct sfu_copy copy_of(const struct member *m, enum sfu_copy_kind kind, uint32_t to)
{
    return (struct sfu_copy){.kind = kind, .to = to, .router = m->router->id, .transport = m->id};
}

static void describe(const struct member *m, struct copied_member *to)
{
    *to = (struct copied_member){.number = m->number,
                                 .device = m->device,
                                 .admitted = m->admitted,
                                 .rtt = m->rtt,
                                 .clock = m->clock};
    for (size_t kind = 0; kind < SOURCE_KINDS; kind++) {
        const struct producer *p = &m->producers[kind];
        to->sources[kind].muted = p->muted;
        to->sources[kind].paused = p->paused;
        to->sources[kind].stops = m->stops[kind];
        to->sources[kind].has_line = p->line != NULL;
        if (p->line)
            to->sources[kind].line = *p->line;
        for (uint8_t i = 0; i < p->layer_count; i++)
            to->sources[kind].clocks[i] = p->layers[i].clock;
    }
}

static void tell_member(struct member *m, usec now, uint32_t to)
{
    struct sfu_copy copy = copy_of(m, COPY_MEMBER, to);
    struct copied_member described;

    describe(m, &described);
    copy.at = now;
    copy.payload = bytes_of(&described, sizeof described);
    copies_put(m->router->copies, &copy);
}

void share_packet(struct member *m, usec now, const struct stream *stream,
                  const struct rtp_view *rtp, struct bytes plain)
{
    if (!is_shared(m))
        return;
    const uint32_t missing = m->router->others & ~m->told_parts;
    const enum line_role role = m->parameters->lines[stream->line].role;
    const struct producer *p = &m->producers[role - LINE_MICROPHONE];
    struct sfu_copy copy = copy_of(m, COPY_PACKET, m->router->others);

    if (producer_is_shut(p)) {
        if (stream->repairs || missing || rtp->padding_len)
            return;
        plain.len = rtp->header_len;
    }
    if (missing) {
        tell_member(m, now, missing);
        m->told_parts |= missing;
    }
    copy.at = now;
    copy.packet.source = (uint8_t)p->kind;
    copy.packet.layer = stream->layer;
    copy.packet.repairs = stream->repairs;
    copy.packet.is_picture = producer_is_picture(p);
    copy.payload = plain;
    copies_put(m->router->copies, &copy);
}

void share_report(struct member *m, usec now, const struct rtcp_sender *sender)
{
    if (!is_shared(m) || !m->told_parts)
        return;
    struct sfu_copy copy = copy_of(m, COPY_REPORT, m->told_parts);

    copy.at = now;
    copy.report.ssrc = sender->ssrc;
    copy.report.timestamp = sender->timestamp;
    copy.report.ntp = sender->ntp;
    copies_put(m->router->copies, &copy);
}

void share_bye(struct member *m, usec now, uint32_t ssrc)
{
    if (!is_shared(m) || !m->told_parts)
        return;
    struct sfu_copy copy = copy_of(m, COPY_BYE, m->told_parts);

    copy.at = now;
    copy.report.ssrc = ssrc;
    copies_put(m->router->copies, &copy);
}

void share_change(struct member *m, usec now, uint32_t stopped)
{
    if (member_is_mirror(m))
        return;
    for (size_t kind = 0; kind < SOURCE_KINDS; kind++)
        if (stopped & 1u << kind)
            m->stops[kind]++;
    if (is_shared(m) && m->told_parts) {
        tell_member(m, now, m->told_parts);
        m->told_again = now;
    }
}

void share_again(struct member *m, usec now)
{
    if (!is_shared(m) || !m->told_parts || now - m->told_again < AGAIN)
        return;
    tell_member(m, now, m->told_parts);
    m->told_again = now;
}

void share_gone(struct member *m)
{
    if (!is_shared(m) || !m->told_parts)
        return;
    const struct sfu_copy copy = copy_of(m, COPY_GONE, m->told_parts);

    copies_put(m->router->copies, &copy);
}
