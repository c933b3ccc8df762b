// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/mirror.c - copies in, and the few words back.
#include "sfu/mirror.h"

#include "base/mem.h"
#include "sfu/copies.h"
#include "sfu/feedback.h"
#include "sfu/intake.h"
#include "sfu/member.h"
#include "sfu/router.h"
#include "sfu/streams.h"
#include "wire/rtcp.h"

#include <string.h>

#define EXPIRES SEC(10) // of whom nothing is told for so long is gone
#define LAYERS_AGAIN SEC(1)
#define VOICE_VALID SEC(1) // told every 250 ms as long as it is so
#define LONG_AGO (-SEC(3600))

static void leave(struct router *r, struct member *m)
{
    table_remove(&r->mirrors, m->id);
    sfu_member_destroy(m);
}

// --- its facts -----------------------------------------------------------------------------------

static struct transport_parameters *parameters_of(const struct copied_member *told)
{
    struct transport_parameters *p = mem_zero(sizeof *p);

    if (!p)
        return NULL;
    for (size_t kind = 0; kind < SOURCE_KINDS; kind++)
        if (told->sources[kind].has_line)
            p->lines[p->line_count++] = told->sources[kind].line;
    return p;
}

// Nobody here needs any layer yet.
static void begin_demand(struct layer_demand *demand)
{
    *demand = (struct layer_demand){.begun = true};
    for (int i = 0; i < PARAMETERS_LAYERS; i++) {
        demand->needed_at[i] = LONG_AGO;
        demand->off[i] = i > 0;
    }
}

static struct member *create(struct router *r, usec now, const struct sfu_copy *copy,
                             const struct copied_member *told)
{
    struct member *m = NULL;
    const struct member_birth birth = {.id = copy->transport,
                                       .number = told->number,
                                       .device = told->device,
                                       .parameters = parameters_of(told),
                                       .stream_numbers = r->stream_numbers};

    if (!birth.parameters || sfu_member_create(&m, r, &birth, now))
        return NULL; // told again in a second
    if (table_put(&r->mirrors, m->id, m)) {
        sfu_member_destroy(m);
        return NULL;
    }
    m->clock = told->clock;
    for (size_t kind = 0; kind < SOURCE_KINDS; kind++) {
        struct producer *p = &m->producers[kind];
        m->stops[kind] = told->sources[kind].stops;
        begin_demand(&p->demand);
        for (uint8_t i = 0; i < p->layer_count; i++)
            p->layers[i].clock = told->sources[kind].clocks[i];
    }
    return m;
}

static void follow(struct member *m, usec now, const struct copied_member *told)
{
    m->rtt = told->rtt;
    member_gate(m, now, told->admitted);
    for (size_t i = 0; i < SOURCE_KINDS; i++) {
        const enum source_kind kind = (enum source_kind)i;
        struct producer *p = &m->producers[i];
        if (m->stops[i] != told->sources[i].stops)
            producer_stop(p);
        m->stops[i] = told->sources[i].stops;
        if (p->muted != told->sources[i].muted)
            member_shut(m, now, kind, true, told->sources[i].muted);
        if (p->paused != told->sources[i].paused)
            member_shut(m, now, kind, false, told->sources[i].paused);
    }
}

static void receive_member(struct router *r, usec now, unsigned from, const struct sfu_copy *copy)
{
    struct copied_member told;
    struct member *m = table_find(&r->mirrors, copy->transport);

    if (copy->payload.len != sizeof told)
        return;
    memcpy(&told, copy->payload.at, sizeof told);
    if (!m)
        m = create(r, now, copy, &told);
    if (!m)
        return;
    m->mirrored.home = (uint8_t)from;
    m->mirrored.heard_at = now;
    follow(m, now, &told);
}

// --- what it sends -------------------------------------------------------------------------------

static void receive_packet(struct member *m, const struct sfu_copy *copy)
{
    const struct producer *p = &m->producers[copy->packet.source % SOURCE_KINDS];

    if (!p->line)
        return;
    const struct stream stream = {.line = (uint8_t)(p->line - m->parameters->lines),
                                  .layer = copy->packet.layer,
                                  .repairs = copy->packet.repairs};
    intake_copied(m, copy->at, &stream, copy->payload);
}

static void receive_report(struct member *m, const struct sfu_copy *copy)
{
    feedback_reported(m, copy->at,
                      &(struct rtcp_sender){.ssrc = copy->report.ssrc,
                                            .ntp = copy->report.ntp,
                                            .timestamp = copy->report.timestamp});
}

// --- what comes back, at its home ----------------------------------------------------------------

static void receive_layers(struct member *m, usec now, const struct sfu_copy *copy)
{
    struct layer_demand *demand = &m->producers[SOURCE_CAMERA].demand;

    for (int8_t i = 0; i < PARAMETERS_LAYERS; i++) {
        const usec at = usec_min(copy->layers.needed_at[i], now);
        if (!demand->begun || at > demand->needed_at[i])
            layer_demand_note(demand, at, i);
    }
    router_tell_layers(m->router, m, now);
}

static void receive_voice(struct heard_elsewhere *e, usec now, const struct sfu_copy *copy)
{
    if (copy->voice.thin)
        e->thin_at = now;
    if (copy->voice.loss < mirror_loss_elsewhere(e, now))
        return; // another thread's listeners are worse off
    e->loss = copy->voice.loss;
    e->loss_at = now;
}

void mirror_heard_of(struct member *m, usec now, const struct sfu_copy *copy)
{
    if (copy->kind == COPY_LAYERS) {
        receive_layers(m, now, copy);
    } else if (copy->kind == COPY_VOICE) {
        receive_voice(&m->elsewhere, now, copy);
    } else if (copy->kind == COPY_KEY_FRAME) {
        struct producer *p = &m->producers[copy->key_frame.source % SOURCE_KINDS];
        if (copy->key_frame.layer < p->layer_count)
            producer_want_key_frame(p, copy->key_frame.layer);
    }
}

void mirror_receive(struct router *r, usec now, unsigned from, const struct sfu_copy *copy)
{
    struct member *m = table_find(&r->mirrors, copy->transport);

    if (copy->kind == COPY_MEMBER)
        receive_member(r, now, from, copy);
    else if (!m)
        return; // its facts are told again soon
    else if (copy->kind == COPY_PACKET)
        receive_packet(m, copy);
    else if (copy->kind == COPY_REPORT)
        receive_report(m, copy);
    else if (copy->kind == COPY_BYE)
        feedback_ended(m, copy->report.ssrc);
    else if (copy->kind == COPY_GONE)
        leave(r, m);
}

static struct member *any_expired(const struct router *r, usec now)
{
    size_t at = 0;

    for (struct member *m; (m = table_each(&r->mirrors, &at));)
        if (now >= m->mirrored.heard_at + EXPIRES)
            return m;
    return NULL;
}

usec mirrors_run(struct router *r, usec now)
{
    usec due = USEC_NEVER;
    size_t at = 0;

    for (struct member *m; (m = any_expired(r, now));)
        leave(r, m);
    for (struct member *m; (m = table_each(&r->mirrors, &at));) {
        if (now >= m->due)
            member_touch(m);
        else
            due = usec_min(due, m->due);
        due = usec_min(due, m->mirrored.heard_at + EXPIRES);
    }
    return due;
}

void mirrors_close(struct router *r)
{
    size_t at = 0;

    for (struct member *m; (m = table_each(&r->mirrors, &at)); at = 0)
        leave(r, m);
}

// --- what goes back ------------------------------------------------------------------------------

static struct sfu_copy copy_back(const struct member *m, usec now, enum sfu_copy_kind kind)
{
    return (struct sfu_copy){.kind = kind,
                             .to = UINT32_C(1) << m->mirrored.home,
                             .router = m->router->id,
                             .transport = m->id,
                             .at = now};
}

static void put(const struct member *m, const struct sfu_copy *copy)
{
    if (m->router->copies)
        copies_put(m->router->copies, copy);
}

static void ask_for_key_frames(const struct member *m, struct producer *p, usec now)
{
    struct sfu_copy copy = copy_back(m, now, COPY_KEY_FRAME);
    const uint8_t first = p->key_pace.turn;

    copy.key_frame.source = (uint8_t)p->kind;
    for (uint8_t n = 0; n < p->layer_count; n++) {
        copy.key_frame.layer = (uint8_t)((first + n) % p->layer_count);
        if (!keyframe_due(&p->layers[copy.key_frame.layer].keyframe, &p->key_pace, now))
            continue;
        put(m, &copy);
        p->key_pace.turn = (uint8_t)(copy.key_frame.layer + 1);
    }
}

void mirror_tick(struct member *m, usec now)
{
    m->due = USEC_NEVER;
    for (size_t kind = 0; kind < SOURCE_KINDS; kind++) {
        struct producer *p = &m->producers[kind];
        ask_for_key_frames(m, p, now);
        for (uint8_t i = 0; i < p->layer_count; i++)
            m->due = usec_min(m->due, keyframe_deadline(&p->layers[i].keyframe, &p->key_pace));
    }
}

void mirror_tell_layers(struct member *m, usec now)
{
    struct producer *camera = &m->producers[SOURCE_CAMERA];
    struct sfu_copy copy = copy_back(m, now, COPY_LAYERS);
    bool needed[PARAMETERS_LAYERS];
    bool is_news = false;

    if (camera->layer_count < 2 || !camera->live)
        return;
    const bool changed = layer_demand_changed(&camera->demand, now, camera->layer_count, needed);
    for (int i = 0; i < PARAMETERS_LAYERS; i++) {
        copy.layers.needed_at[i] = camera->demand.needed_at[i];
        is_news = is_news || copy.layers.needed_at[i] > m->mirrored.layers_at;
    }
    if (!changed && (!is_news || now - m->mirrored.layers_at < LAYERS_AGAIN))
        return;
    m->mirrored.layers_at = now;
    put(m, &copy);
}

void mirror_tell_voice(struct member *m, usec now)
{
    struct sfu_copy copy = copy_back(m, now, COPY_VOICE);

    if (!m->voice.listeners_need_thin && m->voice.listeners_loss <= 0)
        return; // what was said before is forgotten there
    copy.voice.thin = m->voice.listeners_need_thin;
    copy.voice.loss = m->voice.listeners_loss;
    put(m, &copy);
}

bool mirror_thin_elsewhere(const struct heard_elsewhere *e, usec now)
{
    return e->thin_at && now - e->thin_at < VOICE_VALID;
}

double mirror_loss_elsewhere(const struct heard_elsewhere *e, usec now)
{
    return e->loss_at && now - e->loss_at < VOICE_VALID ? e->loss : 0;
}
