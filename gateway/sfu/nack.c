// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/nack.c - a sorted list of missing packets, each with its retries.
#include "sfu/nack.h"

#include "base/seq.h"

#include <string.h>

#define RETRY_MIN MSEC(20)
#define RTT_UNKNOWN MSEC(80)
#define MAX_TRIES 10
#define MAX_AGE_MS 1000

static uint32_t ms_of(usec now)
{
    return (uint32_t)(now / 1000);
}

static void clear_list(struct nack *nack)
{
    nack->given_up += nack->count;
    nack->count = 0;
}

// The index of the first missing one that is not before `seq`.
static size_t lower_bound(const struct nack *nack, uint16_t seq)
{
    size_t low = 0;
    size_t high = nack->count;

    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (seq_is_after(seq, nack->missing[middle].seq))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void remove_at(struct nack *nack, size_t first, size_t count)
{
    memmove(&nack->missing[first], &nack->missing[first + count],
            (nack->count - first - count) * sizeof nack->missing[0]);
    nack->count = (uint16_t)(nack->count - count);
}

static void add_gap(struct nack *nack, usec now, uint16_t first, size_t count)
{
    if (nack->count + count > NACK_LIST) {
        clear_list(nack);
        nack->given_up += (uint32_t)count;
        nack->overflowed = true;
        return;
    }
    for (size_t i = 0; i < count; i++)
        nack->missing[nack->count++] = (struct nack_missing){
            .seq = (uint16_t)(first + i), .age_from_ms = ms_of(now), .next_ms = ms_of(now)};
    if (count > 0)
        nack->next = now;
}

void nack_received(struct nack *nack, usec now, uint16_t seq)
{
    if (!nack->started) {
        nack->started = true;
        nack->newest = seq;
        return;
    }
    const int ahead = seq_diff(seq, nack->newest);
    if (ahead > 0) {
        add_gap(nack, now, (uint16_t)(nack->newest + 1), (size_t)ahead - 1);
        nack->newest = seq;
        return;
    }
    const size_t at = lower_bound(nack, seq);
    if (at < nack->count && nack->missing[at].seq == seq)
        remove_at(nack, at, 1);
}

void nack_forget_before(struct nack *nack, uint16_t seq)
{
    remove_at(nack, 0, lower_bound(nack, seq));
}

bool nack_take_overflow(struct nack *nack)
{
    const bool overflowed = nack->overflowed;

    nack->overflowed = false;
    return overflowed;
}

static bool is_hopeless(const struct nack_missing *missing, uint32_t now_ms)
{
    return missing->tries >= MAX_TRIES || now_ms - missing->age_from_ms > MAX_AGE_MS;
}

size_t nack_due(struct nack *nack, usec now, usec rtt, uint16_t *seqs, size_t room)
{
    const uint32_t now_ms = ms_of(now);
    const usec wait = (rtt > 0 ? rtt : RTT_UNKNOWN) * 5 / 4;
    const uint32_t wait_ms = (uint32_t)((wait > RETRY_MIN ? wait : RETRY_MIN) / 1000);
    int32_t soonest = INT32_MAX;
    size_t kept = 0;
    size_t asked = 0;

    for (size_t i = 0; i < nack->count; i++) {
        struct nack_missing missing = nack->missing[i];
        if ((int32_t)(now_ms - missing.next_ms) >= 0) {
            if (is_hopeless(&missing, now_ms)) {
                nack->given_up++;
                continue;
            }
            if (asked < room) {
                seqs[asked++] = missing.seq;
                missing.tries++;
                missing.next_ms = now_ms + wait_ms;
            }
        }
        if ((int32_t)(missing.next_ms - now_ms) < soonest)
            soonest = (int32_t)(missing.next_ms - now_ms);
        nack->missing[kept++] = missing;
    }
    nack->count = (uint16_t)kept;
    nack->next = (now / 1000 + soonest) * 1000;
    return asked;
}

usec nack_deadline(const struct nack *nack)
{
    return nack->count > 0 ? nack->next : USEC_NEVER;
}
