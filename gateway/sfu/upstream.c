// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/upstream.c - RTCP towards a publisher, with our one feedback SSRC.
#include "sfu/upstream.h"

#include "base/err.h"
#include "sfu/compound.h"
#include "sfu/member.h"
#include "sfu/router.h"
#include "sfu/worker.h"
#include "wire/rtcp.h"
#include "wire/rtcp_feedback.h"
#include "wire/transport_cc.h"

#define NACKS_AT_ONCE 128
#define NACK_LEN(count) (12 + 4 * (count))
#define PLI_LEN 12
#define RR_LEN(count) (8 + 24 * (count))
#define THIN_BPS 100000 // a line on which our reports would cost speech
#define THIN_NO_MORE_BPS 120000
#define REPORT_INTERVAL SEC(1)
#define REPORT_INTERVAL_THIN MSEC(2500)
#define FEEDBACK_ROOM 200 // less is not worth starting a feedback packet in

static void ask_for_missing(struct member *m, struct layer *layer, usec now, struct compound *to)
{
    uint16_t seqs[NACKS_AT_ONCE];

    if (nack_take_overflow(layer->nack) && layer->cache)
        keyframe_want(&layer->keyframe);
    const size_t count = nack_due(layer->nack, now, m->rtt, seqs, ARRAY_LEN(seqs));
    if (count && compound_reserve(to, NACK_LEN(count)))
        (void)nack_write(&to->packet, m->parameters->feedback_ssrc, layer->in.ssrc, seqs, count);
}

// The layer after the one asked for last comes first: none waits for ever behind another that is wanted all
// the time.
static void ask_for_key_frames(struct member *m, struct producer *p, usec now, struct compound *to)
{
    const uint8_t first = p->key_pace.turn;

    for (uint8_t n = 0; n < p->layer_count; n++) {
        const uint8_t index = (uint8_t)((first + n) % p->layer_count);
        struct layer *layer = &p->layers[index];
        if (!layer->in.started || !keyframe_due(&layer->keyframe, &p->key_pace, now) ||
            !compound_reserve(to, PLI_LEN))
            continue;
        pli_write(&to->packet, m->parameters->feedback_ssrc, layer->in.ssrc);
        m->router->counters->key_frames_asked++;
        p->key_pace.turn = (uint8_t)(index + 1);
    }
}

static uint32_t any_ssrc(const struct member *m)
{
    for (size_t kind = 0; kind < SOURCE_KINDS; kind++)
        for (uint8_t i = 0; i < m->producers[kind].layer_count; i++)
            if (m->producers[kind].layers[i].in.started)
                return m->producers[kind].layers[i].in.ssrc;
    return 0;
}

static void tell_arrivals(struct member *m, usec now, struct compound *to)
{
    const struct transport_cc_arrival *list;
    struct transport_cc_fields fields;
    size_t count;

    if (now < arrivals_deadline(&m->arrivals))
        return;
    while ((count = arrivals_take(&m->arrivals, now, &fields, &list)) > 0) {
        if (!compound_reserve(to, FEEDBACK_ROOM))
            return;
        fields.sender = m->parameters->feedback_ssrc;
        fields.media = any_ssrc(m);
        const size_t covered =
            transport_cc_write(&to->packet, &fields, list, count, compound_left(to));
        if (covered == 0)
            return;
        arrivals_reported(&m->arrivals, covered);
    }
}

static bool is_asked_for(const struct producer *p)
{
    return p->live && (producer_is_picture(p) || p->layers[0].nack);
}

void upstream_tick(struct member *m, usec now, struct compound *to)
{
    for (size_t kind = 0; kind < SOURCE_KINDS; kind++) {
        struct producer *p = &m->producers[kind];
        if (!is_asked_for(p))
            continue;
        for (uint8_t i = 0; i < p->layer_count; i++)
            if (p->layers[i].in.started && p->layers[i].nack)
                ask_for_missing(m, &p->layers[i], now, to);
        ask_for_key_frames(m, p, now, to);
    }
    tell_arrivals(m, now, to);
}

usec upstream_deadline(const struct member *m)
{
    usec due = arrivals_deadline(&m->arrivals);

    for (size_t kind = 0; kind < SOURCE_KINDS; kind++) {
        const struct producer *p = &m->producers[kind];
        if (!is_asked_for(p))
            continue;
        for (uint8_t i = 0; i < p->layer_count; i++) {
            if (!p->layers[i].in.started)
                continue;
            if (p->layers[i].nack)
                due = usec_min(due, nack_deadline(p->layers[i].nack));
            due = usec_min(due, keyframe_deadline(&p->layers[i].keyframe, &p->key_pace));
        }
    }
    return due;
}

// The share of its packets that a browser believes lost decides how much of each frame its Opus encoder says
// again in the next (in-band FEC). Listeners to whom no copies of frames can be sent count as well: their
// loss is told as if it were ours. Only the fraction: the count, which estimates of a rate go by, is true.
static uint8_t fraction_of_sound(const struct member *m, uint8_t own)
{
    const uint8_t listeners = (uint8_t)(m->voice.listeners_loss * 256);

    return own > listeners ? own : listeners;
}

void upstream_set_target(struct member *m, uint32_t target_bps)
{
    m->arrivals.sparing = target_bps < (m->arrivals.sparing ? THIN_NO_MORE_BPS : THIN_BPS);
}

usec upstream_report_interval(const struct member *m)
{
    return m->arrivals.sparing ? REPORT_INTERVAL_THIN : REPORT_INTERVAL;
}

void upstream_report(struct member *m, usec now, struct compound *to)
{
    struct rtcp_report reports[SOURCE_KINDS * PARAMETERS_LAYERS];
    size_t count = 0;

    for (size_t kind = 0; kind < SOURCE_KINDS; kind++)
        for (uint8_t i = 0; i < m->producers[kind].layer_count; i++)
            if (stream_in_report(&m->producers[kind].layers[i].in, now, &reports[count])) {
                if (kind == SOURCE_MICROPHONE)
                    reports[count].fraction_lost =
                        fraction_of_sound(m, reports[count].fraction_lost);
                count++;
            }
    if (count && compound_reserve(to, RR_LEN(count)))
        rtcp_write_rr(&to->packet, m->parameters->feedback_ssrc, reports, count);
}
