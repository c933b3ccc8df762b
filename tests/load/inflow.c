// SPDX-License-Identifier: AGPL-3.0-or-later
// load/inflow.c - one RTP stream an agent receives: what came, twice, late or never, and what to ask for.
#include "load/inflow.h"

#include "base/seq.h"
#include "wire/rtcp.h"

#include <string.h>

#define ORIGIN 65536      // so that numbers before the first are positive
#define FIRST_ASK MSEC(5) // it may only have been overtaken
#define ASK_AGAIN MSEC(50)
#define ASKS 10
#define KEY_AGAIN MSEC(500)
#define LEAP 1000 // numbers: a stream that begins anew, not loss

void inflow_init(struct inflow *f, uint32_t ssrc, enum agent_kind kind, bool asks)
{
    *f = (struct inflow){.ssrc = ssrc, .kind = kind, .asks = asks, .repaired = -1};
}

static bool get_seen(const struct inflow *f, int64_t seq)
{
    return f->seen[(uint64_t)seq % INFLOW_WINDOW / 64] >> ((uint64_t)seq % 64) & 1;
}

static void set_seen(struct inflow *f, int64_t seq, bool seen)
{
    uint64_t *word = &f->seen[(uint64_t)seq % INFLOW_WINDOW / 64];
    const uint64_t bit = UINT64_C(1) << ((uint64_t)seq % 64);

    *word = seen ? *word | bit : *word & ~bit;
}

static void miss(struct inflow *f, usec now, uint16_t seq)
{
    if (f->asks && f->missing_count < INFLOW_MISSING)
        f->missing[f->missing_count++] =
            (struct inflow_missing){.seq = seq, .next_ask = now + FIRST_ASK};
    else
        f->wants_key = f->wants_key || f->kind == AGENT_PICTURE;
}

static void advance(struct inflow *f, usec now, int64_t seq)
{
    if (seq - f->highest > LEAP) {
        memset(f->seen, 0, sizeof f->seen);
        f->counted_from += seq - f->highest - 1; // those between are nobody's
        f->missing_count = 0;
        f->highest = seq - 1;
    }
    for (int64_t between = f->highest + 1; between < seq; between++) {
        set_seen(f, between, false);
        miss(f, now, (uint16_t)between);
    }
    set_seen(f, seq, true);
    f->highest = seq;
}

static bool forget(struct inflow *f, uint16_t seq)
{
    for (size_t i = 0; i < f->missing_count; i++)
        if (f->missing[i].seq == seq) {
            f->missing_count--;
            memmove(&f->missing[i], &f->missing[i + 1],
                    (f->missing_count - i) * sizeof f->missing[0]);
            return true;
        }
    return false;
}

bool inflow_take(struct inflow *f, usec now, uint16_t seq, size_t bytes)
{
    if (!f->started) {
        f->started = true;
        f->highest = f->counted_from = seq + ORIGIN;
        set_seen(f, f->highest, true);
    } else {
        const int64_t number = seq_unroll(f->highest, seq);
        if (number > f->highest) {
            advance(f, now, number);
        } else if (f->highest - number >= INFLOW_WINDOW || get_seen(f, number)) {
            f->counts.duplicates++;
            return false;
        } else {
            set_seen(f, number, true);
            (void)forget(f, seq);
            f->counts.reordered++;
            if (number < f->counted_from)
                return true; // its place was counted before
        }
    }
    f->counts.packets++;
    f->counts.bytes += bytes;
    return true;
}

bool inflow_repair(struct inflow *f, uint16_t seq)
{
    const int64_t number = seq_unroll(f->highest, seq);

    if (!f->started || number > f->highest || f->highest - number >= INFLOW_WINDOW ||
        get_seen(f, number) || !forget(f, seq))
        return false;
    f->counts.repaired++;
    f->counts.skipped -= f->counts.skipped > 0;
    return true;
}

void inflow_stamped(struct inflow *f, const struct stamp *stamp)
{
    f->counts.stamped++;
    if (!f->has_source || f->source != stamp->source) {
        f->has_source = true;
        f->source = stamp->source;
        f->source_highest = stamp->count;
        return;
    }
    const int32_t step = (int32_t)(stamp->count - f->source_highest);
    if (step > 0) {
        f->counts.skipped += (uint64_t)(step - 1);
        f->source_highest = stamp->count;
    } else if (step < 0 && f->counts.skipped) {
        f->counts.skipped--; // it was only overtaken
    }
}

struct agent_flow inflow_counts(const struct inflow *f)
{
    struct agent_flow counts = f->counts;

    if (f->started)
        counts.expected = (uint64_t)(f->highest - f->counted_from + 1);
    counts.lost = counts.expected > counts.packets ? counts.expected - counts.packets : 0;
    return counts;
}

void inflow_count_anew(struct inflow *f)
{
    f->counts = (struct agent_flow){0};
    f->counted_from = f->highest + 1;
    f->reported_expected = f->reported_received = 0;
}

size_t inflow_missing(struct inflow *f, usec now, usec rtt, uint16_t seqs[static INFLOW_ASKED])
{
    size_t count = 0, kept = 0;

    for (size_t i = 0; i < f->missing_count; i++) {
        struct inflow_missing missing = f->missing[i];
        if (missing.next_ask <= now && missing.asks == ASKS) {
            f->wants_key = true;
            continue;
        }
        if (missing.next_ask <= now && count < INFLOW_ASKED) {
            missing.asks++;
            missing.next_ask = now + (rtt > ASK_AGAIN ? rtt : ASK_AGAIN);
            seqs[count++] = missing.seq;
        }
        f->missing[kept++] = missing;
    }
    f->missing_count = kept;
    return count;
}

usec inflow_deadline(const struct inflow *f)
{
    usec soonest = f->wants_key ? f->key_asked_at + KEY_AGAIN : USEC_NEVER;

    for (size_t i = 0; i < f->missing_count; i++)
        soonest = usec_min(soonest, f->missing[i].next_ask);
    return soonest;
}

bool inflow_wants_key(struct inflow *f, usec now)
{
    if (!f->wants_key || now < f->key_asked_at + KEY_AGAIN)
        return false;
    f->wants_key = false;
    f->key_asked_at = now;
    return true;
}

void inflow_report(struct inflow *f, usec now, struct rtcp_report *report)
{
    const struct agent_flow counts = inflow_counts(f);
    const uint64_t span = counts.expected - f->reported_expected;
    const uint64_t got = counts.packets - f->reported_received;

    f->reported_expected = counts.expected;
    f->reported_received = counts.packets;
    *report = (struct rtcp_report){
        .ssrc = f->ssrc,
        .fraction_lost = (uint8_t)(span > got ? 255 * (span - got) / span : 0),
        .lost = (int32_t)(counts.lost < 0x7fffff ? counts.lost : 0x7fffff),
        .highest_seq = (uint32_t)(f->highest - ORIGIN),
        .last_sr = f->last_sr,
        .since_last_sr = f->last_sr ? (uint32_t)((now - f->last_sr_at) * 65536 / SEC(1)) : 0};
}
