// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/red.c - headers of four bytes, one of one byte, then the frames in the same order.
#include "wire/red.h"

#define MORE 0x80
#define TYPE_MASK 0x7f
#define LEN_BITS 10

bool red_read(struct red *red, struct bytes payload)
{
    struct reader in = reader_over(payload);
    size_t lens[RED_BLOCKS];
    uint8_t header = read_u8(&in);

    *red = (struct red){0};
    for (; in.ok && header & MORE; header = read_u8(&in)) {
        if (red->count == RED_BLOCKS)
            return false;
        const uint32_t offset_and_len = read_u24(&in);
        lens[red->count] = offset_and_len & RED_LEN_MAX;
        red->blocks[red->count].payload_type = header & TYPE_MASK;
        red->blocks[red->count].offset = (uint16_t)(offset_and_len >> LEN_BITS);
        red->count++;
    }
    for (uint8_t i = 0; i < red->count; i++)
        red->blocks[i].payload = read_bytes(&in, lens[i]);
    red->payload_type = header & TYPE_MASK;
    red->primary = read_rest(&in);
    return in.ok && red->primary.len > 0;
}

void red_write(struct writer *out, const struct red *red)
{
    for (uint8_t i = 0; i < red->count; i++) {
        const struct red_block *block = &red->blocks[i];
        if (block->offset > RED_OFFSET_MAX || block->payload.len > RED_LEN_MAX)
            out->ok = false;
        write_u8(out, (uint8_t)(MORE | block->payload_type));
        write_u24(out, (uint32_t)block->offset << LEN_BITS | (uint32_t)block->payload.len);
    }
    write_u8(out, red->payload_type & TYPE_MASK);
    for (uint8_t i = 0; i < red->count; i++)
        write_bytes(out, red->blocks[i].payload);
    write_bytes(out, red->primary);
}
