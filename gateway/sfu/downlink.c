// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/downlink.c - estimate, budget, pacer and probes of one viewer, in one place.
#include "sfu/downlink.h"

#include "sfu/estimate/estimate.h"
#include "sfu/member.h"
#include "sfu/packet.h"
#include "sfu/picture_budget.h"
#include "sfu/seating.h"
#include "sfu/slot.h"
#include "sfu/slot_repair.h"
#include "sfu/sound.h"
#include "sfu/upstream.h"
#include "transport/outbox.h"
#include "transport/transport.h"

#define FIT_INTERVAL MSEC(250)
#define LONG_QUEUE MSEC(100) // on the way, beside the usual
#define NOTICED MSEC(150)    // so long more is sent than a line carries, until its viewer told
#define DRAINED SEC(1)       // after that a queue is somebody else's
#define GENERATION MSEC(2500)
#define CAP_VALID SEC(5)
#define ENOUGH_CHANGE 15    // per cent of the target, upwards, between two fittings
#define SOUND_RESERVE 50000 // while somebody may speak at any moment
#define LEAP 125            // per cent: more in one step comes from a probe and needs no patience
#define UNLIMITED 1000000000000u

void downlink_fini(struct downlink *d)
{
    estimate_destroy(d->estimate);
    d->estimate = NULL;
    pacer_fini(&d->pacer);
}

static bool tells_arrivals(const struct member *m)
{
    for (size_t i = 0; i < m->slot_count; i++)
        if (m->slots[i].line->transport_cc && m->slots[i].line->extensions.transport_cc)
            return true;
    return false;
}

uint64_t downlink_target(const struct member *m, usec now)
{
    const struct downlink *d = &m->downlink;

    if (d->estimate)
        return estimate_target(d->estimate);
    if (d->capped_bps && now - d->capped_at < CAP_VALID)
        return d->capped_bps;
    return UNLIMITED;
}

double downlink_loss(const struct member *m)
{
    return m->downlink.estimate ? estimate_loss(m->downlink.estimate) : 0;
}

void downlink_connected(struct member *m, usec now, uint32_t start_bps)
{
    struct downlink *d = &m->downlink;

    if (d->estimate)
        estimate_path_changed(d->estimate, now);
    else if (tells_arrivals(m) &&
             estimate_create(&d->estimate, start_bps ? start_bps : ESTIMATE_START_BPS, now))
        d->estimate = NULL; // no memory: everything is sent, as without feedback
    prober_stop(&d->prober);
    (void)pacer_prepare(&d->pacer); // without memory for it nothing waits
    d->generation_since = now;
    d->generation_least = d->last_least = downlink_target(m, now);
    downlink_touch(m);
}

void downlink_sent(struct member *m, usec now, uint16_t seq, size_t len)
{
    struct downlink *d = &m->downlink;
    const uint32_t size = (uint32_t)len + PACKET_IP_UDP;

    rate_add(&d->sent, now, size);
    pacer_sent(&d->pacer, now, size);
    if (d->estimate)
        estimate_sent(d->estimate, now, seq, (uint16_t)size, m->probe);
}

// The least of late, so that a line at its limit does not go up and down; a leap was probed and counts.
static void note_target(struct downlink *d, usec now, uint64_t target)
{
    if (target * 100 > d->spent_target * LEAP) {
        d->generation_least = d->last_least = target;
        d->generation_since = now;
    }
    if (now - d->generation_since >= GENERATION) {
        d->last_least = d->generation_least;
        d->generation_least = target;
        d->generation_since = now;
    }
    if (target < d->generation_least)
        d->generation_least = target;
}

void downlink_feedback(struct member *m, usec now, const struct transport_cc *feedback)
{
    struct downlink *d = &m->downlink;

    if (!d->estimate)
        return;
    d->heard_at = now;
    estimate_feedback(d->estimate, now, feedback);
    const uint64_t target = estimate_target(d->estimate);
    const bool too_little = target * 10 < d->sums.sent.sending_bps * 9;
    const bool more = d->sums.sent.sending_bps < d->sums.if_all.next_bps &&
                      target * 100 > d->spent_target * (100 + ENOUGH_CHANGE);
    if (too_little || more)
        downlink_touch(m);
}

void downlink_capped(struct member *m, usec now, uint64_t bps)
{
    if (m->downlink.estimate || bps == 0)
        return;
    m->downlink.capped_bps = bps < ESTIMATE_MIN_BPS   ? ESTIMATE_MIN_BPS
                             : bps > ESTIMATE_MAX_BPS ? ESTIMATE_MAX_BPS
                                                      : bps;
    m->downlink.capped_at = now;
    downlink_touch(m);
}

void downlink_touch(struct member *m)
{
    m->downlink.stale = true;
    member_touch(m);
}

static uint32_t to_u32(uint64_t value)
{
    return value < UINT32_MAX ? (uint32_t)value : UINT32_MAX;
}

static uint64_t less(uint64_t all, uint64_t part)
{
    return all > part ? all - part : 0;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

// After a deep fall the queue holds what was sent too much, and loses what is new: that has to wait.
static void note_fall(struct downlink *d, usec now, uint64_t target)
{
    const uint64_t sent = d->sums.sent.sending_bps;

    if (target * 5 < sent * 2)
        d->settled_at = now + usec_min((usec)(NOTICED * (sent - target) / target), DRAINED);
}

// Two budgets: what is being sent may stay while it fits into the target; what is new has to fit into the
// least target of late. Neither counts what the queue needs to leave, nor the sound.
static struct allocation_budget budget_of(struct member *m, usec now, uint64_t target)
{
    struct downlink *d = &m->downlink;
    const uint64_t least =
        d->generation_least < d->last_least ? d->generation_least : d->last_least;
    const uint64_t queue = 8ull * d->pacer.held_bytes; // to leave within a second
    const uint64_t sound = larger(sound_rate_bps(m, now), target > 300000 ? SOUND_RESERVE : 0);

    return (struct allocation_budget){
        .keep_bps = less(larger(less(target, queue), target / 10 * 9), sound),
        .change_bps = now < d->settled_at
                          ? 0 // a key frame would not fit into the queue of what was sent before
                          : less(larger(less(least, queue), least / 10 * 9), sound)};
}

// Twice the target; no more than the target while the queue of a deep fall stands, which a burst would
// make overflow.
static void set_pace(struct downlink *d, usec now, uint64_t target)
{
    const bool stands =
        now < d->settled_at + DRAINED && d->estimate && estimate_queue(d->estimate) > LONG_QUEUE;

    if (target >= UNLIMITED)
        pacer_set_rate(&d->pacer, now, 0);
    else
        pacer_set_rate(&d->pacer, now, to_u32(stands ? target : target * 2));
}

void downlink_fit(struct member *m, usec now)
{
    struct downlink *d = &m->downlink;
    const uint64_t target = downlink_target(m, now);

    note_target(d, now, target);
    note_fall(d, now, target);
    const struct allocation_budget budget = budget_of(m, now, target);
    picture_budget_run(m, now, target, &budget, &d->sums);
    resend_budget_set(&m->resend_budget, to_u32(target), to_u32(d->sums.sent.sending_bps));
    upstream_set_target(m, to_u32(target));
    d->spent_target = target;
    d->fitted_at = now;
    d->stale = false;
    set_pace(d, now, target);
}

static bool can_probe(const struct member *m)
{
    for (size_t i = 0; i < m->picture_count; i++)
        if (m->pictures[i]->packets && m->pictures[i]->line->rtx_payload_type)
            return true;
    return false;
}

static void demand(struct member *m, usec now)
{
    struct downlink *d = &m->downlink;
    const uint64_t sound = sound_rate_bps(m, now);
    const struct allocation_sums *all = &d->sums.if_all;
    const uint64_t sending = d->sums.sent.sending_bps;

    estimate_set_demand(
        d->estimate, now,
        &(struct estimate_demand){.sending = to_u32(sending + sound),
                                  .next = to_u32(larger(all->goal_bps, sending) + sound),
                                  .most = to_u32(all->most_bps + sound),
                                  .pictures = can_probe(m)});
}

static void run_estimate(struct member *m, usec now)
{
    struct downlink *d = &m->downlink;
    struct probe_order order;

    demand(m, now);
    if (now >= estimate_deadline(d->estimate))
        estimate_tick(d->estimate, now);
    if (!d->prober.running && estimate_take_probe(d->estimate, now, &order))
        prober_start(&d->prober, now, &order);
}

// What is missing now will never be sent: only a key frame helps.
static void begin_anew(struct member *m, struct slot *slot)
{
    slot_restart(slot);
    downlink_touch(m);
}

static void send_held(struct member *m, usec now, struct outbox *out)
{
    struct pacer *pacer = &m->downlink.pacer;
    struct pacer_held held;

    while (outbox_room(out)) {
        switch (pacer_take(pacer, now, &held)) {
        case PACER_WAIT:
            return;
        case PACER_SEND:
            if (!slot_send_held(&m->slots[held.slot], now, held.seq, out))
                begin_anew(m, &m->slots[held.slot]);
            break;
        case PACER_LATE:
            slot_drop_held(&m->slots[held.slot], held.seq, held.last);
            begin_anew(m, &m->slots[held.slot]);
            break;
        }
    }
}

void downlink_tick(struct member *m, usec now, struct outbox *out)
{
    struct downlink *d = &m->downlink;

    if (d->stale || now - d->fitted_at >= FIT_INTERVAL ||
        (d->fitted_at < d->settled_at && now >= d->settled_at))
        downlink_fit(m, now);
    if (now >= d->next_sound) {
        sound_update(m, now, downlink_loss(m), to_u32(downlink_target(m, now)));
        d->next_sound = now + FIT_INTERVAL;
    }
    if (d->estimate)
        run_estimate(m, now);
    seating_tell(m);
    sound_flush(m, now, out);
    if (d->pacer.held)
        (void)pacer_prepare(&d->pacer);
    send_held(m, now, out);
    prober_run(&d->prober, m, now, out);
}

usec downlink_deadline(const struct member *m)
{
    const struct downlink *d = &m->downlink;
    usec due = usec_min(d->fitted_at + FIT_INTERVAL, sound_deadline(m));

    if (d->fitted_at < d->settled_at)
        due = usec_min(due, d->settled_at);
    if (d->estimate)
        due = usec_min(due, estimate_deadline(d->estimate));
    due = usec_min(due, pacer_deadline(&d->pacer));
    return usec_min(due, prober_deadline(&d->prober));
}

bool downlink_holds(struct member *m, usec now, const struct slot *slot, uint16_t seq, size_t len)
{
    struct pacer *pacer = &m->downlink.pacer;

    return !pacer_may_send(pacer, now) && slot_can_wait(slot, seq) &&
           pacer_hold(pacer, now, (uint8_t)(slot - m->slots), seq, (uint16_t)(len + PACKET_AROUND));
}
