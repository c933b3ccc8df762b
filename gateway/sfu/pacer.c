// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/pacer.c - a leaky bucket, and behind it one queue per slot, served in turn.
#include "sfu/pacer.h"

#include "base/mem.h"
#include "base/seq.h"

#include <assert.h>

// The shape of libwebrtc's pacing controller.
#define BURST MSEC(40)     // this much of the media rate may leave at once
#define DEBT_MAX MSEC(500) // a debt beyond this is forgiven
#define LONG MSEC(250)     // if the queue needs longer, the rate is raised
#define DRAIN MSEC(500)    // so that it needs no longer than this
#define TOO_LATE_MS 1000
#define STEP MSEC(1) // waking more often gains nothing
#define QUANTUM 1500 // bytes of a slot until it is the turn of the next
#define NONE UINT16_MAX
#define ROOM 256u // entries at first: what is held is seldom more

struct entry {
    uint32_t at_ms; // modulo 2^32
    uint16_t seq;
    uint16_t bytes;
    uint16_t next; // behind it in the same slot, or in the list of free ones
};

struct line {
    uint16_t first;
    uint16_t last;
    uint16_t count;
};

struct pacer_queue {
    uint64_t waiting; // a bit per slot
    uint64_t crowded; // those with PACER_IN_SLOT and more
    uint16_t free;    // first of the list
    uint8_t turn;     // slot served now
    uint32_t served;  // bytes of it in this turn
    uint16_t room;    // entries
    struct line lines[PACER_SLOTS];
    struct entry *entries;
};

_Static_assert(PACER_SLOTS <= 64, "a bit of `waiting` for each slot");
_Static_assert(PACER_HELD < NONE, "an entry is named by 16 bits");

// More entries, all of them free. False: no memory, and all is as it was.
static bool grow(struct pacer_queue *queue)
{
    const size_t room = queue->room ? 2u * queue->room : ROOM;
    struct entry *entries = mem_resize(queue->entries, room * sizeof *entries);
    if (!entries)
        return false;

    queue->entries = entries;
    for (size_t i = queue->room; i < room; i++)
        entries[i] = (struct entry){.next = (uint16_t)(i + 1)};
    entries[room - 1].next = queue->room ? queue->free : NONE;
    queue->free = queue->room;
    queue->room = (uint16_t)room;
    return true;
}

static void queue_destroy(struct pacer_queue *queue)
{
    if (queue)
        mem_free(queue->entries);
    mem_free(queue);
}

bool pacer_prepare(struct pacer *p)
{
    if (p->queue)
        return p->held * 2 < p->queue->room || p->queue->room == PACER_HELD || grow(p->queue);
    struct pacer_queue *queue = mem_zero(sizeof *queue);
    if (!queue || !grow(queue)) {
        queue_destroy(queue);
        return false;
    }
    p->queue = queue;
    return true;
}

void pacer_fini(struct pacer *p)
{
    queue_destroy(p->queue);
    *p = (struct pacer){0};
}

static double bytes_in(uint32_t rate_bps, usec span)
{
    return (double)rate_bps * (double)span / 8e6;
}

static uint32_t rate_now(const struct pacer *p)
{
    return p->raised_bps > p->rate_bps ? p->raised_bps : p->rate_bps;
}

static void pay(struct pacer *p, usec now)
{
    if (now <= p->at)
        return;
    p->debt -= bytes_in(rate_now(p), now - p->at);
    if (p->debt < 0)
        p->debt = 0;
    p->at = now;
}

// Everything that waits is to leave within DRAIN of the moment it became too much.
static void raise_rate(struct pacer *p)
{
    if (p->held_bytes <= bytes_in(p->rate_bps, LONG))
        return;
    const double wanted = (p->held_bytes + p->debt) * 8 * SEC(1) / DRAIN;
    if (wanted > rate_now(p))
        p->raised_bps = wanted < UINT32_MAX ? (uint32_t)wanted : UINT32_MAX;
}

static void forgive(struct pacer *p)
{
    const double most = bytes_in(rate_now(p), DEBT_MAX);

    if (p->debt > most)
        p->debt = most;
}

void pacer_set_rate(struct pacer *p, usec now, uint32_t rate_bps)
{
    pay(p, now);
    p->rate_bps = rate_bps;
    forgive(p);
    raise_rate(p);
}

bool pacer_may_send(struct pacer *p, usec now)
{
    if (p->held > 0)
        return false;
    if (p->rate_bps == 0)
        return true;
    pay(p, now);
    return p->debt <= bytes_in(p->rate_bps, BURST);
}

void pacer_sent(struct pacer *p, usec now, size_t bytes)
{
    pay(p, now);
    p->debt += (double)bytes;
    forgive(p);
}

bool pacer_hold(struct pacer *p, usec now, uint8_t slot, uint16_t seq, size_t bytes)
{
    assert(slot < PACER_SLOTS);
    if (bytes > UINT16_MAX || p->held == PACER_HELD ||
        (!(p->queue && p->queue->free != NONE) && !pacer_prepare(p)))
        return false;
    struct pacer_queue *queue = p->queue;
    struct line *line = &queue->lines[slot];
    const uint16_t at = queue->free;

    queue->free = queue->entries[at].next;
    queue->entries[at] = (struct entry){
        .at_ms = (uint32_t)(now / 1000), .seq = seq, .bytes = (uint16_t)bytes, .next = NONE};
    if (line->count == 0)
        line->first = at;
    else
        queue->entries[line->last].next = at;
    line->last = at;
    line->count++;
    queue->waiting |= 1ull << slot;
    if (line->count >= PACER_IN_SLOT)
        queue->crowded |= 1ull << slot;
    p->held++;
    p->held_bytes += (uint32_t)bytes;
    pay(p, now);
    raise_rate(p);
    return true;
}

// Takes the first of a slot off.
static struct entry pop(struct pacer *p, uint8_t slot)
{
    struct pacer_queue *queue = p->queue;
    struct line *line = &queue->lines[slot];
    const uint16_t at = line->first;
    const struct entry entry = queue->entries[at];

    line->first = entry.next;
    line->count--;
    queue->entries[at].next = queue->free;
    queue->free = at;
    if (line->count == 0)
        queue->waiting &= ~(1ull << slot);
    if (line->count < PACER_IN_SLOT)
        queue->crowded &= ~(1ull << slot);
    p->held--;
    p->held_bytes -= entry.bytes;
    if (p->held == 0)
        p->raised_bps = 0;
    return entry;
}

// The slot behind this one in the circle; `set` is not empty.
static uint8_t next_of(uint64_t set, uint8_t slot)
{
    const uint64_t behind = slot < 63 ? set & ~0ull << (slot + 1) : 0;

    return (uint8_t)__builtin_ctzll(behind ? behind : set);
}

static uint8_t oldest(const struct pacer_queue *queue)
{
    uint8_t best = next_of(queue->waiting, PACER_SLOTS - 1);

    for (uint64_t left = queue->waiting; left; left &= left - 1) {
        const uint8_t slot = (uint8_t)__builtin_ctzll(left);
        const struct entry *first = &queue->entries[queue->lines[slot].first];
        if ((int32_t)(first->at_ms - queue->entries[queue->lines[best].first].at_ms) < 0)
            best = slot;
    }
    return best;
}

// Whose turn it is: each sends QUANTUM bytes or one packet, whichever is more. Where there is too much,
// fairness would make somebody late.
static uint8_t choose(struct pacer *p)
{
    struct pacer_queue *queue = p->queue;

    if (p->raised_bps)
        return oldest(queue);
    const struct line *line = &queue->lines[queue->turn];
    const bool goes_on = queue->waiting & 1ull << queue->turn &&
                         queue->served + queue->entries[line->first].bytes <= QUANTUM;

    if (!goes_on) {
        queue->turn = next_of(queue->waiting, queue->turn);
        queue->served = 0;
    }
    return queue->turn;
}

// What came late waits behind newer ones: the last in line need not be the highest.
static enum pacer_verdict give_up(struct pacer *p, uint8_t slot, struct pacer_held *held)
{
    while (p->queue->lines[slot].count > 0) {
        const uint16_t seq = pop(p, slot).seq;
        if (seq_is_after(seq, held->last))
            held->last = seq;
    }
    return PACER_LATE;
}

enum pacer_verdict pacer_take(struct pacer *p, usec now, struct pacer_held *held)
{
    uint8_t slot;

    if (p->held == 0)
        return PACER_WAIT;
    pay(p, now);
    if (p->queue->crowded)
        slot = (uint8_t)__builtin_ctzll(p->queue->crowded);
    else if (p->rate_bps > 0 && p->debt > bytes_in(p->rate_bps, BURST))
        return PACER_WAIT;
    else
        slot = choose(p);
    const struct entry *first = &p->queue->entries[p->queue->lines[slot].first];
    *held = (struct pacer_held){
        .slot = slot, .seq = first->seq, .last = first->seq, .bytes = first->bytes};
    if ((uint32_t)(now / 1000) - first->at_ms > TOO_LATE_MS)
        return give_up(p, slot, held);
    p->queue->served += first->bytes;
    pop(p, slot);
    return PACER_SEND;
}

usec pacer_deadline(const struct pacer *p)
{
    if (p->held == 0)
        return USEC_NEVER;
    const double excess = p->debt - bytes_in(p->rate_bps, BURST);
    if (p->rate_bps == 0 || p->queue->crowded || excess <= 0)
        return p->at;
    const usec wait = (usec)(excess * 8e6 / rate_now(p)) + 1;
    return p->at + (wait > STEP ? wait : STEP);
}

void pacer_forget(struct pacer *p, uint8_t slot)
{
    while (p->queue && p->queue->lines[slot].count > 0)
        pop(p, slot);
}
