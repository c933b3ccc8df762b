// SPDX-License-Identifier: AGPL-3.0-or-later
// support/arrived.c - a window over the transport-wide numbers that arrived.
#include "support/arrived.h"

#include "base/seq.h"
#include "support/check.h"
#include "wire/transport_cc.h"

#define BITS (68 * 8) // of a usual feedback packet
#define SHARE 20      // 5 %
#define OFTEN MSEC(50)
#define SELDOM MSEC(250)
#define AT_ONCE 256
#define BACK MSEC(500) // what came longer ago is not told again

void arrived_add(struct arrived *a, usec now, uint16_t seq, uint32_t bytes)
{
    if (!a->started) {
        a->started = true;
        a->begin = a->end = seq + 65536;
        a->next = now + 2 * OFTEN;
    }
    const int64_t number = seq_unroll(a->end, seq);
    rate_add(&a->rate, now, bytes);
    if (number < a->end - ARRIVED_WINDOW / 2 || number > a->end + ARRIVED_WINDOW / 2)
        return;
    if (a->window[number % ARRIVED_WINDOW].seq == number + 1)
        return;
    a->window[number % ARRIVED_WINDOW].seq = number + 1;
    a->window[number % ARRIVED_WINDOW].at = now;
    if (number >= a->end)
        a->end = number + 1;
    if (number < a->begin)
        a->begin = number;
}

static usec interval(struct arrived *a, usec now)
{
    const uint64_t bps = rate_bps(&a->rate, now);
    const usec wanted = bps ? (usec)(BITS * SHARE * (uint64_t)SEC(1) / bps) : SELDOM;

    return wanted < OFTEN ? OFTEN : usec_min(wanted, SELDOM);
}

static size_t write_feedback(struct arrived *a, usec now, struct transport_cc_fields *fields,
                             struct writer *out)
{
    struct transport_cc_arrival list[AT_ONCE];
    size_t count = 0;

    fields->base = (uint16_t)a->begin;
    fields->feedback_seq = a->feedback_seq;
    for (int64_t seq = a->begin; seq < a->end && count < AT_ONCE; seq++)
        if (a->window[seq % ARRIVED_WINDOW].seq == seq + 1 &&
            now - a->window[seq % ARRIVED_WINDOW].at < BACK + SELDOM)
            list[count++] =
                (struct transport_cc_arrival){(uint16_t)seq, a->window[seq % ARRIVED_WINDOW].at};
    const size_t covered =
        count ? transport_cc_write(out, fields, list, count, ARRIVED_FEEDBACK) : 0;
    if (covered == 0) {
        a->begin = a->end;
        return 0;
    }
    a->begin = seq_unroll(a->begin, list[covered - 1].seq) + 1;
    a->feedback_seq++;
    return writer_len(out);
}

size_t arrived_feedback(struct arrived *a, usec now, uint32_t sender, uint32_t media,
                        uint8_t to[static ARRIVED_FEEDBACK])
{
    struct transport_cc_fields fields = {.sender = sender, .media = media};
    struct writer out = writer_over(to, ARRIVED_FEEDBACK);

    if (!a->started || now < a->next)
        return 0;
    if (a->begin < a->end) {
        const size_t len = write_feedback(a, now, &fields, &out);
        if (len)
            return len;
    }
    a->next = now + interval(a, now);
    return 0;
}
