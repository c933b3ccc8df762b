// SPDX-License-Identifier: AGPL-3.0-or-later
// load/stamp.c - when a packet left, and which it is, in the last bytes of its payload.
#include "load/stamp.h"

#define MAGIC 0x5ac7

bool stamp_write(uint8_t *payload, size_t len, const struct stamp *stamp)
{
    if (len < STAMP_LEAST)
        return false;
    struct writer out = writer_over(payload + len - STAMP_LEN, STAMP_LEN);
    write_u16(&out, MAGIC);
    write_u32(&out, stamp->source);
    write_u32(&out, stamp->count);
    write_u64(&out, (uint64_t)stamp->sent);
    return out.ok;
}

bool stamp_read(struct stamp *stamp, struct bytes payload)
{
    if (payload.len < STAMP_LEN)
        return false;
    struct reader in = reader_over(bytes_of(payload.at + payload.len - STAMP_LEN, STAMP_LEN));
    const bool stamped = read_u16(&in) == MAGIC;
    stamp->source = read_u32(&in);
    stamp->count = read_u32(&in);
    stamp->sent = (usec)read_u64(&in);
    return stamped && in.ok;
}
