// SPDX-License-Identifier: AGPL-3.0-or-later
// load/cc_log.c - what came since the last transport-wide feedback, and that feedback.
#include "load/cc_log.h"

#include "base/seq.h"

#include <string.h>

bool cc_log_add(struct cc_log *a, usec at, uint16_t seq)
{
    if (!a->started)
        a->base = seq;
    a->started = true;
    if (a->count < CC_LOG_MOST)
        a->list[a->count++] = (struct transport_cc_arrival){.seq = seq, .at = at};
    return a->count == CC_LOG_MOST;
}

// Nearly sorted already. Numbers that came twice keep their first time.
static void sort(struct cc_log *a)
{
    size_t kept = 0;

    for (size_t i = 0; i < a->count; i++) {
        const struct transport_cc_arrival one = a->list[i];
        size_t to = kept;
        while (to > 0 && seq_is_after(a->list[to - 1].seq, one.seq))
            to--;
        if (to > 0 && a->list[to - 1].seq == one.seq)
            continue;
        memmove(&a->list[to + 1], &a->list[to], (kept - to) * sizeof a->list[0]);
        a->list[to] = one;
        kept++;
    }
    a->count = (uint16_t)kept;
}

size_t cc_log_write(struct cc_log *a, uint32_t sender, uint32_t media,
                    uint8_t to[static CC_LOG_FEEDBACK])
{
    struct writer out = writer_over(to, CC_LOG_FEEDBACK);

    if (a->count == 0)
        return 0;
    sort(a);
    if (!seq_is_after(a->list[0].seq, a->base) || seq_diff(a->list[0].seq, a->base) > 1000)
        a->base = a->list[0].seq; // it came after later ones were reported; or a leap
    const struct transport_cc_fields fields = {
        .sender = sender, .media = media, .base = a->base, .feedback_seq = a->feedback_seq};
    const size_t covered = transport_cc_write(&out, &fields, a->list, a->count, CC_LOG_FEEDBACK);
    if (covered == 0) {
        a->count = 0;
        return 0;
    }
    a->feedback_seq++;
    a->base = (uint16_t)(a->list[covered - 1].seq + 1);
    a->count = (uint16_t)(a->count - covered);
    memmove(a->list, a->list + covered, a->count * sizeof a->list[0]);
    return writer_len(&out);
}
