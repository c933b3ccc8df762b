// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/member.c - a gate in front of everything one browser sends and is sent.
#include "sfu/member.h"

#include "base/mem.h"
#include "sfu/compound.h"
#include "sfu/estimate/estimate.h"
#include "sfu/events.h"
#include "sfu/mirror.h"
#include "sfu/reports.h"
#include "sfu/router.h"
#include "sfu/share.h"
#include "sfu/start_rates.h"
#include "sfu/upstream.h"
#include "sfu/worker.h"

#include <string.h>

// Of one member: far above what three layers, a screen and bandwidth probes need.
#define PACKETS_PER_SECOND 3000
#define PACKETS_BURST 3000
// Datagrams of DTLS: a handshake is half a dozen, on a bad network a few times that.
#define HELLOS_PER_SECOND 10
#define HELLOS_BURST 60
// Retransmissions towards one viewer, in bytes.
#define RESEND_PER_SECOND 250000
#define RESEND_BURST 250000
#define NACKS_PER_SECOND 1000
#define NACKS_BURST 1000
// Of transport-wide feedback: some hundred bytes can tell of thousands of packets. A line of 20 Mbit/s carries
// 2,500 a second, told in 20 reports.
#define NEWS_PER_SECOND 20000
#define NEWS_BURST 40000
#define REPORT_INTERVAL SEC(1)
#define ALL_SOURCES ((1u << SOURCE_KINDS) - 1)

_Static_assert(LINE_CAMERA - LINE_MICROPHONE == SOURCE_CAMERA &&
                   LINE_SCREEN - LINE_MICROPHONE == SOURCE_SCREEN &&
                   LINE_SCREEN_SOUND - LINE_MICROPHONE == SOURCE_SCREEN_SOUND,
               "lines that the browser sends on and sources stand in the same order");

void member_touch(struct member *m)
{
    if (list_is_empty(&m->touched))
        list_append(m->router->touched, &m->touched);
}

bool member_is_mirror(const struct member *m)
{
    return !m->transport;
}

bool member_can_receive(const struct member *m)
{
    return m->admitted && transport_state(m->transport) == TRANSPORT_CONNECTED;
}

static bool is_slot(const struct line_parameters *line)
{
    return line->role == LINE_SLOT_VIDEO || line->role == LINE_SLOT_AUDIO;
}

static const struct line_parameters *line_of(const struct transport_parameters *p,
                                             enum source_kind kind)
{
    for (uint8_t i = 0; i < p->line_count; i++)
        if (p->lines[i].role == LINE_MICROPHONE + kind)
            return &p->lines[i];
    return NULL;
}

static void init_producers(struct member *m, uint32_t *numbers)
{
    for (size_t i = 0; i < SOURCE_KINDS; i++) {
        const enum source_kind kind = (enum source_kind)i;
        m->producers[i].source = SOURCE_KINDS * m->number + (uint32_t)i;
        producer_init(&m->producers[i], m, kind, line_of(m->parameters, kind), numbers);
    }
}

// splitmix64: where the numbers of the next slot begin.
static uint64_t next_seed(uint64_t *seed)
{
    uint64_t z = *seed += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static void sort_in(struct slot **slots, size_t *count, struct slot *slot)
{
    size_t at = (*count)++;

    for (; at > 0 && slots[at - 1]->line->slot > slot->line->slot; at--)
        slots[at] = slots[at - 1];
    slots[at] = slot;
}

static enum err create_slots(struct member *m, uint64_t seed, usec now)
{
    const struct transport_parameters *p = m->parameters;
    size_t count = 0;

    for (uint8_t i = 0; i < p->line_count; i++)
        count += is_slot(&p->lines[i]);
    m->slots = mem_zero_array(count + 1, sizeof *m->slots); // WHIP: none, and still no NULL
    m->pictures = mem_zero_array(count + 1, sizeof(struct slot *));
    m->sounds = mem_zero_array(count + 1, sizeof(struct slot *));
    if (!m->slots || !m->pictures || !m->sounds)
        return ERR_NO_MEMORY;
    for (uint8_t i = 0; i < p->line_count; i++) {
        struct slot *slot = &m->slots[m->slot_count];
        if (!is_slot(&p->lines[i]))
            continue;
        m->slot_count++;
        slot_init(slot, m, i, next_seed(&seed), now);
        if (slot_is_picture(slot))
            sort_in(m->pictures, &m->picture_count, slot);
        else
            sort_in(m->sounds, &m->sound_count, slot);
    }
    return ERR_OK;
}

static enum err create_transport(struct member *m, struct certificate *certificate, usec now)
{
    const struct transport_parameters *p = m->parameters;
    struct ice_credentials local;
    struct fingerprint remote = {.hash = (enum fingerprint_hash)p->fingerprint_hash,
                                 .len = p->fingerprint_len};

    _Static_assert(sizeof local.ufrag == sizeof p->local_ufrag &&
                       sizeof local.pwd == sizeof p->local_pwd &&
                       sizeof remote.digest == sizeof p->fingerprint,
                   "sizes of both headers agree");
    memcpy(local.ufrag, p->local_ufrag, sizeof local.ufrag);
    memcpy(local.pwd, p->local_pwd, sizeof local.pwd);
    memcpy(remote.digest, p->fingerprint, sizeof remote.digest);
    const enum err err =
        transport_create(&m->transport, certificate, &local, p->remote_ufrag, &remote, now);
    mem_wipe(&local, sizeof local);
    return err;
}

static void init_state(struct member *m, usec now)
{
    bucket_init(&m->packet_budget, PACKETS_PER_SECOND, PACKETS_BURST, now);
    bucket_init(&m->hello_budget, HELLOS_PER_SECOND, HELLOS_BURST, now);
    bucket_init(&m->resend_budget, RESEND_PER_SECOND, RESEND_BURST, now);
    bucket_init(&m->nack_budget, NACKS_PER_SECOND, NACKS_BURST, now);
    bucket_init(&m->news_budget, NEWS_PER_SECOND, NEWS_BURST, now);
    m->told = TRANSPORT_NEW;
    m->due = now;
}

static void join_speakers(struct member *m)
{
    struct producer *microphone = &m->producers[SOURCE_MICROPHONE];

    speaker_add(&m->router->speaker, &microphone->speaker, microphone->source);
    speaker_mute(&m->router->speaker, &microphone->speaker, true); // until admitted
}

enum err sfu_member_create(struct member **made, struct router *router,
                           const struct member_birth *birth, usec now)
{
    struct member *m = mem_zero(sizeof *m);
    if (!m) {
        mem_free(birth->parameters);
        return ERR_NO_MEMORY;
    }
    m->id = birth->id;
    m->number = birth->number;
    m->device = birth->device;
    m->router = router;
    m->parameters = birth->parameters;
    list_init(&m->node);
    list_init(&m->sending);
    list_init(&m->touched);
    init_producers(m, birth->stream_numbers);
    enum err err = create_slots(m, birth->seed, now);
    if (!err && birth->certificate)
        err = create_transport(m, birth->certificate, now);
    if (!err)
        err = router_add(router, m);
    if (err) {
        sfu_member_destroy(m);
        return err;
    }
    init_state(m, now);
    join_speakers(m);
    *made = m;
    return ERR_OK;
}

static void empty_slots_of(struct producer *p)
{
    while (!list_is_empty(&p->slots))
        slot_clear(LIST_ITEM(p->slots.next, struct slot, node));
}

void sfu_member_destroy(struct member *m)
{
    if (!m)
        return;
    if (!list_is_empty(&m->node)) {
        speaker_remove(&m->router->speaker, &m->producers[SOURCE_MICROPHONE].speaker);
        share_gone(m);
        router_remove(m->router, m);
    }
    list_remove(&m->sending);
    list_remove(&m->touched);
    fanout_forget(m->router->fanout, m);
    for (size_t kind = 0; kind < SOURCE_KINDS; kind++) {
        empty_slots_of(&m->producers[kind]);
        producer_fini(&m->producers[kind]);
    }
    for (size_t i = 0; i < m->slot_count; i++)
        slot_fini(&m->slots[i]);
    arrivals_fini(&m->arrivals);
    downlink_fini(&m->downlink);
    sound_fini(&m->sound);
    transport_destroy(m->transport);
    mem_free(m->slots);
    mem_free(m->pictures);
    mem_free(m->sounds);
    mem_wipe(m->parameters, PARAMETERS_SIZE(m->parameters));
    mem_free(m->parameters);
    mem_free(m);
}

static void sync_microphone(struct member *m)
{
    struct producer *p = &m->producers[SOURCE_MICROPHONE];

    speaker_mute(&m->router->speaker, &p->speaker, producer_is_shut(p) || !m->admitted);
}

void member_gate(struct member *m, usec now, bool open)
{
    if (m->admitted == open)
        return;
    m->admitted = open;
    arrivals_begin(&m->arrivals);
    m->next_reports = now + REPORT_INTERVAL;
    for (size_t kind = 0; kind < SOURCE_KINDS; kind++)
        producer_stop(&m->producers[kind]);
    sync_microphone(m);
    share_change(m, now, ALL_SOURCES);
    if (open) // nothing of it is live yet
        router_mark_viewer(m->router, m);
    else
        router_mark(m->router);
    member_touch(m);
}

void member_shut(struct member *m, usec now, enum source_kind kind, bool by_host, bool on)
{
    struct producer *p = &m->producers[kind];

    if (by_host)
        p->muted = on;
    else
        p->paused = on;
    if (producer_is_shut(p))
        producer_stop(p);
    sync_microphone(m);
    share_change(m, now, producer_is_shut(p) ? 1u << kind : 0);
    router_mark(m->router);
}

// Whatever was in the slots, the viewer has seen nothing of it.
static void begin_slots(struct member *m, usec now)
{
    for (size_t i = 0; i < m->slot_count; i++)
        slot_restart(&m->slots[i]);
    downlink_fit(m, now);
}

static bool event_of_state(enum transport_state from, enum transport_state to,
                           enum sfu_event_kind *kind)
{
    switch (to) {
    case TRANSPORT_NEW:
    case TRANSPORT_HANDSHAKE:
        return false;
    case TRANSPORT_CONNECTED:
        *kind = from == TRANSPORT_LOST ? SFU_TRANSPORT_BACK : SFU_TRANSPORT_CONNECTED;
        return true;
    case TRANSPORT_LOST:
        *kind = SFU_TRANSPORT_LOST;
        return true;
    case TRANSPORT_FAILED:
        *kind = SFU_TRANSPORT_FAILED;
        return true;
    }
    return false;
}

// What the line of this device was worth a while ago; 0: not known.
static uint32_t remembered_line(const struct member *m, usec now)
{
    const struct path *path = transport_selected(m->transport);

    return m->device && path
               ? start_rates_find(m->router->start_rates, now, m->device, &path->remote)
               : 0;
}

static void remember_line(const struct member *m, usec now)
{
    const struct path *path = transport_selected(m->transport);
    const struct estimate *estimate = m->downlink.estimate;

    if (m->device && path && estimate && estimate_is_proven(estimate))
        start_rates_note(m->router->start_rates, now, m->device, &path->remote,
                         estimate_target(estimate));
}

static void measure_line(struct member *m, usec now)
{
    const struct path *path = transport_selected(m->transport);

    if (path)
        m->measured = *path;
    downlink_connected(m, now, remembered_line(m, now));
}

// Another network: what was learned of the old one says little.
static void follow_path(struct member *m, usec now)
{
    const struct path *path = transport_selected(m->transport);

    if (path && !path_equal(path, &m->measured))
        measure_line(m, now);
}

void member_watch_state(struct member *m, usec now)
{
    const enum transport_state state = transport_state(m->transport);
    struct sfu_event event = {.router = m->router->id, .transport = m->id};

    if (state == TRANSPORT_CONNECTED && m->told == state)
        follow_path(m, now);
    if (state == m->told)
        return;
    if (event_of_state(m->told, state, &event.kind) && !events_put(m->router->events, &event))
        return; // told, and begun with, as soon as there is room
    if (state == TRANSPORT_CONNECTED) {
        measure_line(m, now);
        begin_slots(m, now);
    }
    m->told = state;
}

void member_tick(struct member *m, usec now, struct outbox *out)
{
    if (member_is_mirror(m)) {
        mirror_tick(m, now);
        return;
    }
    if (now >= transport_deadline(m->transport))
        transport_tick(m->transport, now, out);
    member_watch_state(m, now);
    m->due = transport_deadline(m->transport);
    if (!member_can_receive(m))
        return;
    downlink_tick(m, now, out);
    struct compound to = compound_for(m, out);
    reports_send(m, now, now < m->next_reports, &to);
    if (now >= m->next_reports) {
        remember_line(m, now);
        upstream_report(m, now, &to);
        m->next_reports = now + upstream_report_interval(m);
    }
    upstream_tick(m, now, &to);
    compound_send(&to);
    m->due = usec_min(m->due, usec_min(m->next_reports, upstream_deadline(m)));
    m->due = usec_min(m->due, downlink_deadline(m));
}
