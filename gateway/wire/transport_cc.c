// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/transport_cc.c - transport-wide feedback read.
#include "wire/transport_cc.h"

#include "wire/rtcp_feedback.h"

#define TICK_USEC 250
#define REFERENCE_USEC MSEC(64)
#define VECTOR_BIT 0x8000u
#define TWO_BIT_SYMBOLS 0x4000u
#define RUN_MASK 0x1fffu

enum symbol { NOT_RECEIVED, SMALL_DELTA, LARGE_DELTA, RESERVED };

static uint16_t chunk_size(uint16_t chunk)
{
    if (!(chunk & VECTOR_BIT))
        return chunk & RUN_MASK;
    return chunk & TWO_BIT_SYMBOLS ? 7 : 14;
}

// The symbol that has `left` symbols from itself to the end of its chunk.
static enum symbol symbol_of(uint16_t chunk, uint16_t left)
{
    if (!(chunk & VECTOR_BIT))
        return (enum symbol)(chunk >> 13 & 3);
    if (chunk & TWO_BIT_SYMBOLS)
        return (enum symbol)(chunk >> 2 * (left - 1) & 3);
    return (enum symbol)(chunk >> (left - 1) & 1);
}

static enum symbol next_symbol(struct transport_cc *cc)
{
    while (cc->chunk_left == 0 && cc->chunks.ok) {
        cc->chunk = read_u16(&cc->chunks);
        cc->chunk_left = chunk_size(cc->chunk);
    }
    if (cc->chunk_left == 0)
        return RESERVED;
    return symbol_of(cc->chunk, cc->chunk_left--);
}

uint16_t transport_cc_count(const struct feedback *feedback)
{
    struct reader in = reader_over(feedback->fci);

    (void)read_u16(&in); // the first of them
    return read_u16(&in);
}

bool transport_cc_read(struct transport_cc *cc, const struct feedback *feedback)
{
    struct reader in = reader_over(feedback->fci);
    size_t delta_len = 0;

    *cc = (struct transport_cc){0};
    cc->base = read_u16(&in);
    cc->count = read_u16(&in);
    const uint32_t reference = read_u24(&in);
    cc->reference = (int32_t)reference - (reference & 0x800000 ? 0x1000000 : 0);
    cc->feedback_seq = read_u8(&in);
    if (!in.ok || feedback->kind != FEEDBACK_TRANSPORT_CC || cc->count == 0)
        return false;

    // The deltas start where the chunks for all statuses end.
    struct transport_cc scan = {.chunks = in};
    for (unsigned i = 0; i < cc->count; i++) {
        const enum symbol symbol = next_symbol(&scan);
        if (symbol == RESERVED)
            return false;
        delta_len += symbol;
    }
    cc->chunks = in;
    cc->deltas = scan.chunks;
    cc->at = cc->reference * REFERENCE_USEC;
    return delta_len <= reader_left(&cc->deltas);
}

bool transport_cc_next(struct transport_cc *cc, struct transport_cc_status *status)
{
    if (cc->done == cc->count)
        return false;

    const enum symbol symbol = next_symbol(cc);
    if (symbol == SMALL_DELTA)
        cc->at += TICK_USEC * (usec)read_u8(&cc->deltas);
    else if (symbol == LARGE_DELTA)
        cc->at += TICK_USEC * (usec)(int16_t)read_u16(&cc->deltas);
    *status = (struct transport_cc_status){
        .seq = (uint16_t)(cc->base + cc->done),
        .received = symbol != NOT_RECEIVED,
        .arrival = symbol != NOT_RECEIVED ? cc->at : 0,
    };
    cc->done++;
    return true;
}
