// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/transport_cc_write.c - transport-wide feedback written.
#include "wire/transport_cc.h"

#include "wire/rtcp.h"

#define HEADER_LEN 20
#define FORMAT 15
#define TICK_USEC 250
#define TICKS_PER_REFERENCE 256
#define MAX_STATUSES 1024
#define MAX_RUN 8191
#define LEAST_PER_CHUNK 7

// One packet while it is put together. A symbol is also the length of its delta.
struct draft {
    uint16_t base;
    int64_t reference;
    int64_t ticks; // of the arrival taken last
    size_t status_count;
    size_t delta_count;
    size_t delta_len;
    uint8_t symbols[MAX_STATUSES];
    int16_t deltas[MAX_STATUSES];
};

static int64_t floor_div(int64_t value, int64_t by)
{
    return value / by - (value % by < 0);
}

static size_t padded_len(size_t statuses, size_t delta_len)
{
    const size_t chunks = (statuses + LEAST_PER_CHUNK - 1) / LEAST_PER_CHUNK;

    return (HEADER_LEN + 2 * chunks + delta_len + 3) / 4 * 4;
}

// False when the arrival does not fit into this packet any more.
static bool draft_take(struct draft *draft, const struct transport_cc_arrival *arrival, size_t room)
{
    const int64_t ticks = floor_div(arrival->at, TICK_USEC);
    const int64_t delta = ticks - draft->ticks;
    const size_t index = (uint16_t)(arrival->seq - draft->base);
    const uint8_t symbol = delta >= 0 && delta <= UINT8_MAX ? 1 : 2;

    if (index < draft->status_count || index >= MAX_STATUSES || delta < INT16_MIN ||
        delta > INT16_MAX || padded_len(index + 1, draft->delta_len + symbol) > room)
        return false;
    while (draft->status_count < index)
        draft->symbols[draft->status_count++] = 0;
    draft->symbols[draft->status_count++] = symbol;
    draft->deltas[draft->delta_count++] = (int16_t)delta;
    draft->delta_len += symbol;
    draft->ticks = ticks;
    return true;
}

// How many of the next symbols are the same.
static size_t run_of(const uint8_t *symbols, size_t count)
{
    size_t run = 1;

    while (run < count && run < MAX_RUN && symbols[run] == symbols[0])
        run++;
    return run;
}

static uint16_t vector_of(const uint8_t *symbols, size_t count, unsigned bits, unsigned size)
{
    unsigned chunk = bits == 2 ? 3 : 2; // vector, and of which symbols

    for (unsigned i = 0; i < size; i++)
        chunk = chunk << bits | (i < count ? symbols[i] : 0u);
    return (uint16_t)chunk;
}

// Writes one chunk; returns how many symbols it covers, which is never fewer than seven or all.
static size_t write_chunk(struct writer *out, const uint8_t *symbols, size_t count)
{
    const size_t run = run_of(symbols, count);
    size_t small = 0; // symbols from here on that need one bit

    while (small < count && small < 14 && symbols[small] < 2)
        small++;
    const bool one_bit = small == 14 || small == count;
    if (run == count || run >= 14 || (run >= LEAST_PER_CHUNK && !one_bit)) {
        write_u16(out, (uint16_t)((unsigned)symbols[0] << 13 | run));
        return run;
    }
    const unsigned size = one_bit ? 14 : 7;
    write_u16(out, vector_of(symbols, count, one_bit ? 1 : 2, size));
    return count < size ? count : size;
}

static void write_draft(struct writer *out, const struct transport_cc_fields *fields,
                        const struct draft *draft)
{
    uint8_t *start = out->at;
    size_t covered = 0;
    size_t delta = 0;

    write_u8(out, 0x80 | FORMAT);
    write_u8(out, RTCP_RTPFB);
    write_u16(out, 0);
    write_u32(out, fields->sender);
    write_u32(out, fields->media);
    write_u16(out, draft->base);
    write_u16(out, (uint16_t)draft->status_count);
    write_u24(out, (uint32_t)draft->reference);
    write_u8(out, fields->feedback_seq);
    while (covered < draft->status_count)
        covered += write_chunk(out, draft->symbols + covered, draft->status_count - covered);
    for (size_t i = 0; i < draft->status_count; i++) {
        if (draft->symbols[i] == 1)
            write_u8(out, (uint8_t)draft->deltas[delta++]);
        else if (draft->symbols[i] == 2)
            write_u16(out, (uint16_t)draft->deltas[delta++]);
    }
    write_zeros(out, (4 - (size_t)(out->at - start) % 4) % 4);
    struct writer length = writer_over(start + 2, 2);
    write_u16(&length, (uint16_t)((out->at - start) / 4 - 1));
}

size_t transport_cc_write(struct writer *out, const struct transport_cc_fields *fields,
                          const struct transport_cc_arrival *arrivals, size_t count, size_t room)
{
    const size_t left = (size_t)(out->end - out->at);
    struct draft draft = {.base = fields->base};
    size_t taken = 0;

    if (count == 0 || !out->ok)
        return 0;
    if ((uint16_t)(arrivals[0].seq - draft.base) >= MAX_STATUSES)
        draft.base = arrivals[0].seq; // a gap too large to be told
    draft.reference = floor_div(floor_div(arrivals[0].at, TICK_USEC), TICKS_PER_REFERENCE);
    draft.ticks = draft.reference * TICKS_PER_REFERENCE;
    while (taken < count && draft_take(&draft, &arrivals[taken], room < left ? room : left))
        taken++;
    if (taken > 0)
        write_draft(out, fields, &draft);
    return taken;
}
