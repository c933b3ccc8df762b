// SPDX-License-Identifier: AGPL-3.0-or-later
// base/seq.h - 16-bit numbers that wrap: order, distance and unrolling to 64 bits.
#ifndef GATEWAY_BASE_SEQ_H
#define GATEWAY_BASE_SEQ_H

#include <stdbool.h>
#include <stdint.h>

// Signed distance from b to a, by the half-range rule.
static inline int16_t seq_diff(uint16_t a, uint16_t b)
{
    return (int16_t)(uint16_t)(a - b);
}

static inline bool seq_is_after(uint16_t a, uint16_t b)
{
    return seq_diff(a, b) > 0;
}

// The 64-bit number nearest to `last` whose low 16 bits are `seq`.
static inline int64_t seq_unroll(int64_t last, uint16_t seq)
{
    return last + seq_diff(seq, (uint16_t)last);
}

#endif
