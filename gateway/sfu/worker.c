// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/worker.c - commands and datagrams to their members, events and datagrams back.
#include "sfu/worker.h"

#include "base/deadlines.h"
#include "base/mem.h"
#include "base/table.h"
#include "sfu/command.h"
#include "sfu/copies.h"
#include "sfu/events.h"
#include "sfu/fanout.h"
#include "sfu/intake.h"
#include "sfu/later.h"
#include "sfu/lookup.h"
#include "sfu/member.h"
#include "sfu/mirror.h"
#include "sfu/router.h"
#include "sfu/start_rates.h"
#include "transport/outbox.h"
#include "wire/demux.h"

#include <string.h>

// A flight of a handshake costs a third of a millisecond, and media must not wait for many.
#define HANDSHAKES_PER_TURN 8

struct worker {
    // given
    int64_t wall_offset;
    // borrowed
    struct certificate *certificate;
    // owned
    struct table routers; // by id, like transports; the values are owned
    struct table members;
    struct deadlines router_timers;
    struct deadlines member_timers;
    struct lookup lookup;
    struct events events;
    struct fanout *fanout;
    struct start_rates *start_rates;  // what lines were worth a while ago
    struct copies *copies;            // to other threads; NULL as long as none has a part
    struct later *later;              // handshakes that wait for their turn
    struct worker_counters *counters; // as counted here
    struct worker_counters *shown;    // with those of all transports
    // state
    struct list touched; // members to be ticked at the end of this turn
    struct list marked;  // routers whose seats are given again before anything is sent
    uint64_t seed;       // of the next member
    uint32_t stream_numbers;
    struct drops gone;   // of transports that are closed
    unsigned handshakes; // datagrams of them in this turn
    bool at_once;        // something was told, or waits: another turn without a wait
};

enum err worker_create(struct worker **made, struct certificate *certificate, int64_t wall_offset,
                       uint64_t seed)
{
    struct worker *w = mem_zero_apart(sizeof *w);
    if (!w)
        return ERR_NO_MEMORY;

    w->wall_offset = wall_offset;
    w->certificate = certificate;
    w->lookup.seed = seed;
    w->seed = seed;
    list_init(&w->touched);
    list_init(&w->marked);
    w->counters = mem_zero_apart(sizeof *w->counters);
    w->shown = mem_zero_apart(sizeof *w->shown);
    if (!w->counters || !w->shown || events_init(&w->events) || fanout_create(&w->fanout) ||
        later_create(&w->later) || start_rates_create(&w->start_rates)) {
        worker_destroy(w);
        return ERR_NO_MEMORY;
    }
    *made = w;
    return ERR_OK;
}

static void add_drops(struct drops *to, const struct drops *from)
{
    for (size_t i = 0; i < DROP_KINDS; i++)
        to->count[i] += from->count[i];
}

static void close_member(struct worker *w, struct member *m)
{
    lookup_forget(&w->lookup, m);
    table_remove(&w->members, m->id);
    deadlines_remove(&w->member_timers, &m->timer);
    add_drops(&w->gone, transport_drops(m->transport));
    w->counters->transports--;
    sfu_member_destroy(m);
}

static void close_router(struct worker *w, struct router *r)
{
    mirrors_close(r);
    while (!list_is_empty(&r->members))
        close_member(w, LIST_ITEM(r->members.next, struct member, node));
    table_remove(&w->routers, r->id);
    deadlines_remove(&w->router_timers, &r->timer);
    w->counters->routers--;
    router_destroy(r);
}

static struct router *any_router(const struct worker *w)
{
    size_t at = 0;

    return table_each(&w->routers, &at);
}

void worker_destroy(struct worker *w)
{
    if (!w)
        return;
    for (struct router *r = any_router(w); r; r = any_router(w))
        close_router(w, r);
    table_fini(&w->routers);
    table_fini(&w->members);
    deadlines_fini(&w->router_timers);
    deadlines_fini(&w->member_timers);
    lookup_fini(&w->lookup);
    events_fini(&w->events);
    fanout_destroy(w->fanout);
    copies_destroy(w->copies);
    later_destroy(w->later);
    start_rates_destroy(w->start_rates);
    mem_free(w->counters);
    mem_free(w->shown);
    mem_free(w);
}

static void open_router(struct worker *w, uint64_t id, bool is_away)
{
    if (table_find(&w->routers, id))
        return;
    struct router *r = router_create(id, w->wall_offset);
    // Without memory for it its transports will be told that they failed.
    if (!r || deadlines_add(&w->router_timers, &r->timer, r->due)) {
        router_destroy(r);
        return;
    }
    if (table_put(&w->routers, id, r)) {
        deadlines_remove(&w->router_timers, &r->timer);
        router_destroy(r);
        return;
    }
    r->is_away = is_away;
    r->stream_numbers = &w->stream_numbers;
    r->events = &w->events;
    r->fanout = w->fanout;
    r->touched = &w->touched;
    r->marked = &w->marked;
    r->counters = w->counters;
    r->start_rates = w->start_rates;
    w->counters->routers++;
}

// Without memory for copies the others see nothing, and are told the next time.
static void set_parts(struct worker *w, struct router *r, uint32_t others)
{
    if (others && !w->copies && copies_create(&w->copies))
        others = 0;
    r->copies = w->copies;
    r->others = others;
    LIST_EACH(node, &r->members)
        LIST_ITEM(node, struct member, node)->told_parts &= others;
}

// Takes over the parameters.
static enum err create_member(struct worker *w, usec now, const struct sfu_command *command)
{
    struct router *r = table_find(&w->routers, command->router);
    struct member *m = NULL;
    const struct member_birth birth = {.id = command->transport,
                                       .number = command->open.member,
                                       .device = command->open.device,
                                       .parameters = command->open.parameters,
                                       .certificate = w->certificate,
                                       .seed = w->seed++,
                                       .stream_numbers = &w->stream_numbers};

    if (!r || table_find(&w->members, command->transport)) {
        mem_free(command->open.parameters);
        return r ? ERR_CONFLICT : ERR_NOT_FOUND;
    }
    enum err err = sfu_member_create(&m, r, &birth, now);
    if (err)
        return err;
    w->counters->transports++;
    err = table_put(&w->members, m->id, m);
    if (!err)
        err = deadlines_add(&w->member_timers, &m->timer, m->due);
    if (!err)
        err = lookup_add_ufrag(&w->lookup, m, m->parameters->local_ufrag);
    if (err)
        close_member(w, m);
    return err;
}

static void open_transport(struct worker *w, usec now, const struct sfu_command *command)
{
    const struct sfu_event failed = {
        .kind = SFU_TRANSPORT_FAILED, .router = command->router, .transport = command->transport};

    if (create_member(w, now, command))
        (void)events_put(&w->events, &failed);
}

static void restart_ice(struct worker *w, usec now, struct member *m,
                        const struct sfu_command *command)
{
    struct ice_credentials local;

    _Static_assert(sizeof local.ufrag == sizeof command->restart.local_ufrag &&
                       sizeof local.pwd == sizeof command->restart.local_pwd,
                   "sizes of both headers agree");
    memcpy(local.ufrag, command->restart.local_ufrag, sizeof local.ufrag);
    memcpy(local.pwd, command->restart.local_pwd, sizeof local.pwd);
    if (lookup_add_ufrag(&w->lookup, m, local.ufrag) == ERR_OK)
        transport_restart_ice(m->transport, now, &local, command->restart.remote_ufrag);
    mem_wipe(&local, sizeof local);
}

static void set_wants(struct member *m, const struct sfu_command *command)
{
    m->has_wants = true;
    m->want_count = command->want.count < COMMAND_WANTS ? command->want.count : COMMAND_WANTS;
    memcpy(m->wants, command->want.wants, m->want_count * sizeof m->wants[0]);
    router_mark_viewer(m->router, m);
}

static void apply_to_member(struct worker *w, usec now, struct member *m,
                            const struct sfu_command *command)
{
    switch (command->kind) {
    case SFU_CLOSE_TRANSPORT:
        close_member(w, m);
        break;
    case SFU_RESTART_ICE:
        restart_ice(w, now, m, command);
        break;
    case SFU_GATE:
        member_gate(m, now, command->gate.open);
        break;
    case SFU_MUTE:
    case SFU_PAUSE:
        if (command->source.kind < SOURCE_KINDS)
            member_shut(m, now, command->source.kind, command->kind == SFU_MUTE,
                        command->source.on);
        break;
    case SFU_WANT:
        set_wants(m, command);
        break;
    case SFU_OPEN_ROUTER:
    case SFU_PARTS:
    case SFU_CLOSE_ROUTER:
    case SFU_OPEN_TRANSPORT:
        break;
    }
}

// What arrived before goes out before; then whoever is new sits down.
static void flush(struct worker *w, usec now, struct outbox *out)
{
    while (!list_is_empty(&w->marked)) {
        struct router *r = LIST_ITEM(w->marked.next, struct router, mark);
        router_seat(r, now);
        deadlines_sooner(&w->router_timers, &r->timer, r->due);
    }
    if (!fanout_is_empty(w->fanout))
        fanout_flush(w->fanout, now, out);
}

void worker_apply(struct worker *w, usec now, struct sfu_command *command, struct outbox *out)
{
    struct router *r = table_find(&w->routers, command->router);
    struct member *m = table_find(&w->members, command->transport);

    if (!fanout_is_empty(w->fanout))
        flush(w, now,
              out); // seats that many commands change are given once, at the end of the turn
    switch (command->kind) {
    case SFU_OPEN_ROUTER:
        open_router(w, command->router, command->parts.is_away);
        break;
    case SFU_PARTS:
        if (r)
            set_parts(w, r, command->parts.others);
        break;
    case SFU_CLOSE_ROUTER:
        if (r)
            close_router(w, r);
        break;
    case SFU_OPEN_TRANSPORT:
        open_transport(w, now, command);
        command->open.parameters = NULL;
        break;
    case SFU_CLOSE_TRANSPORT:
    case SFU_RESTART_ICE:
    case SFU_GATE:
    case SFU_MUTE:
    case SFU_PAUSE:
    case SFU_WANT:
        if (m)
            apply_to_member(w, now, m, command);
        break;
    }
    w->at_once = true;
}

static void receive(struct worker *w, usec now, struct member *m, struct datagram in,
                    struct outbox *out)
{
    struct bytes plain;
    const enum got got = transport_receive(m->transport, now, in, out, &plain);

    member_watch_state(m, now);
    switch (got) {
    case GOT_NOTHING:
        lookup_learn(&w->lookup, m, &in.path);
        member_touch(m); // its deadlines may be others now
        break;
    case GOT_RTP:
        w->counters->rtp_in++;
        if (fanout_is_full(w->fanout))
            flush(w, now, out);
        intake_rtp(m, now, plain);
        break;
    case GOT_RTCP:
        w->counters->rtcp_in++;
        intake_rtcp(m, now, plain, out);
        break;
    }
}

void worker_receive(struct worker *w, usec now, struct datagram in, struct outbox *out)
{
    enum drop reason;
    struct member *m = lookup_find(&w->lookup, in, &reason);

    w->counters->bytes_in += in.len;
    if (!m) {
        w->counters->drops.count[reason]++;
        return;
    }
    if (demux(bytes_of(in.at, in.len)) == PACKET_DTLS) {
        // All share one queue: nobody may fill it.
        if (!bucket_take(&m->hello_budget, now, 1)) {
            w->counters->drops.count[DROP_RATE]++;
            return;
        }
        if (w->handshakes >= HANDSHAKES_PER_TURN || !later_is_empty(w->later)) {
            if (!later_put(w->later, &in))
                w->counters->drops.count[DROP_RATE]++;
            return;
        }
        w->handshakes++;
    }
    receive(w, now, m, in, out);
}

bool worker_has(const struct worker *w, struct datagram in)
{
    enum drop reason;

    return lookup_find(&w->lookup, in, &reason) != NULL;
}

bool worker_has_path(const struct worker *w, const struct path *path)
{
    return lookup_has_path(&w->lookup, path);
}

bool worker_take_copy(struct worker *w, struct sfu_copy *copy)
{
    return w->copies && copies_take(w->copies, copy);
}

void worker_receive_copy(struct worker *w, usec now, unsigned from, const struct sfu_copy *copy,
                         struct outbox *out)
{
    struct router *r = table_find(&w->routers, copy->router);
    struct member *m = table_find(&w->members, copy->transport);

    w->counters->copies_in++;
    if (fanout_is_full(w->fanout))
        flush(w, now, out);
    if (m)
        mirror_heard_of(m, now, copy);
    else if (r)
        mirror_receive(r, now, from, copy);
    if (r && copy->kind == COPY_MEMBER)
        deadlines_sooner(&w->router_timers, &r->timer, now);
    w->at_once = true;
}

// Those that waited, in their order, as far as this turn goes. Their members may be gone by now.
static void shake_hands(struct worker *w, usec now, struct outbox *out)
{
    struct datagram in;
    enum drop reason;

    for (; w->handshakes < HANDSHAKES_PER_TURN && later_take(w->later, &in); w->handshakes++) {
        struct member *m = lookup_find(&w->lookup, in, &reason);
        if (m)
            receive(w, now, m, in, out);
    }
    w->handshakes = 0;
}

static void tick_routers(struct worker *w, usec now)
{
    while (deadlines_next(&w->router_timers) <= now) {
        struct router *r = LIST_ITEM(deadlines_first(&w->router_timers), struct router, timer);
        if (now >= r->due)
            router_tick(r, now);
        const usec due = usec_min(r->due, mirrors_run(r, now));
        deadlines_set(&w->router_timers, &r->timer, due > now ? due : now + 1);
    }
}

// Their timers are set again when they have been ticked, later in this turn.
static void touch_due(struct worker *w, usec now)
{
    while (deadlines_next(&w->member_timers) <= now) {
        struct member *m = LIST_ITEM(deadlines_first(&w->member_timers), struct member, timer);
        member_touch(m);
        deadlines_set(&w->member_timers, &m->timer, USEC_NEVER);
    }
}

// A member that lives elsewhere has no timer of its own: its router's is as soon.
static void set_timer(struct worker *w, struct member *m)
{
    if (member_is_mirror(m))
        deadlines_sooner(&w->router_timers, &m->router->timer, m->due);
    else
        deadlines_set(&w->member_timers, &m->timer, m->due);
}

void worker_relieve(struct worker *w, uint8_t level)
{
    w->counters->relief = level;
}

void worker_tick(struct worker *w, usec now, struct outbox *out)
{
    w->at_once = false;
    tick_routers(w, now);
    touch_due(w, now);
    shake_hands(w, now, out);
    flush(w, now, out);
    while (!list_is_empty(&w->touched)) {
        struct member *m = LIST_ITEM(w->touched.next, struct member, touched);
        list_remove(&m->touched);
        member_tick(m, now, out);
        set_timer(w, m);
        outbox_ease(out);
    }
    w->at_once = !later_is_empty(w->later);
}

usec worker_deadline(const struct worker *w)
{
    return w->at_once
               ? 0
               : usec_min(deadlines_next(&w->router_timers), deadlines_next(&w->member_timers));
}

bool worker_take_event(struct worker *w, struct sfu_event *event)
{
    return events_take(&w->events, event);
}

bool worker_has_event(const struct worker *w)
{
    return w->events.count > 0;
}

const struct worker_counters *worker_counters(const struct worker *w)
{
    size_t at = 0;

    *w->shown = *w->counters;
    add_drops(&w->shown->drops, &w->gone);
    w->shown->copies_out = w->copies ? copies_put_count(w->copies) : 0;
    w->shown->copies_lost = w->copies ? copies_lost_count(w->copies) : 0;
    for (const struct member *m = table_each(&w->members, &at); m; m = table_each(&w->members, &at))
        add_drops(&w->shown->drops, transport_drops(m->transport));
    return w->shown;
}
